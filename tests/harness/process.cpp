// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "harness/launch.hpp"

namespace iz::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {Fd(fds[0]), Fd(fds[1])};
}

std::vector<std::string> environment(const ProcessOptions& options) {
  std::map<std::string, std::string> merged;
  if (!options.clear_env) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      const auto equals = text.find('=');
      if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }
  for (const auto& [name, value] : options.env) merged[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : merged) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
  for (std::size_t begin = 0; begin <= rest.size();) {
    const auto end = std::min(rest.find(':', begin), rest.size());
    const auto candidate = rest.substr(begin, end - begin) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    begin = end + 1;
  }
  throw std::runtime_error("no program " + name + " in PATH");
}

ExitStatus decode(int status) {
  ExitStatus result;
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace

std::string ExitStatus::describe() const {
  if (code) return "exited with " + std::to_string(*code);
  if (signal) return "killed by signal " + std::to_string(*signal) + " (" + ::strsignal(*signal) + ")";
  return "running";
}

struct Process::State {
  pid_t pid = -1;
  std::optional<ExitStatus> status;
  std::string name;
  Fd out;
  Fd err;
  Fd in;
  Fd stop_read;
  Fd stop_write;
  std::string input;
  std::size_t capture = 0;
  mutable std::mutex mutex;
  std::string out_text;
  std::string err_text;
  std::thread pump;

  ~State() {
    if (pid > 0 && !status) {
      ::kill(-pid, SIGKILL);
      int ignored = 0;
      while (::waitpid(pid, &ignored, 0) < 0 && errno == EINTR) {
      }
    } else if (pid > 0) {
      ::kill(-pid, SIGKILL);  // what it left behind
    }
    stop_write.reset();
    if (pump.joinable()) pump.join();
  }

  bool reap(int flags) {
    if (status) return true;
    int raw = 0;
    pid_t got = 0;
    do {
      got = ::waitpid(pid, &raw, flags);
    } while (got < 0 && errno == EINTR);
    if (got < 0) fail("waitpid " + name);
    if (got == 0) return false;
    status = decode(raw);
    return true;
  }

  bool drain(Fd& fd, std::string& text) {
    std::array<char, 16384> buffer;
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (got <= 0) {
      fd.reset();
      return false;
    }
    const std::lock_guard lock(mutex);
    const auto room = capture - std::min(capture, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
    return true;
  }

  void feed() {
    const auto put = ::write(in.get(), input.data(), input.size());
    if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (put < 0) {
      in.reset();  // the child does not want more
      return;
    }
    input.erase(0, static_cast<std::size_t>(put));
    if (input.empty()) in.reset();
  }

  void pump_all() {
    while (out.get() >= 0 || err.get() >= 0 || in.get() >= 0) {
      std::array<pollfd, 4> fds{
          {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {in.get(), POLLOUT, 0}, {stop_read.get(), POLLIN, 0}}};
      if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
      if (fds[0].revents != 0) drain(out, out_text);
      if (fds[1].revents != 0) drain(err, err_text);
      if (fds[2].revents != 0) feed();
      // Asked to stop: a grandchild may hold the pipes open for ever, so only take what is there.
      if (fds[3].revents != 0 && fds[0].revents == 0 && fds[1].revents == 0) return;
    }
  }
};

Process::Process(std::vector<std::string> argv, ProcessOptions options) : state_(std::make_unique<State>()) {
  if (argv.empty()) throw std::invalid_argument("Process: no argv");
  auto& state = *state_;
  state.name = argv.front();
  state.capture = options.capture;
  state.input = std::move(options.input);

  Launch launch;
  launch.program = find_program(argv.front());
  auto env = environment(options);
  if (!options.sockets.empty()) {
    if (options.sockets.size() > kMostSockets) throw std::invalid_argument("Process: too many sockets");
    env.push_back("LISTEN_FDS=" + std::to_string(options.sockets.size()));
    env.emplace_back(kListenPid);
    launch.listen_pid = env.back().data() + kListenPid.find('=') + 1;
    launch.sockets = options.sockets;
  }
  launch.argv = pointers(argv);
  launch.envp = pointers(env);
  if (!options.cwd.empty()) launch.cwd = options.cwd.c_str();
  launch.death_signal = options.death_signal;
  launch.parent = ::getpid();
  if (!options.user.empty() && ::geteuid() == 0) {
    const passwd* entry = ::getpwnam(options.user.c_str());
    if (entry == nullptr) throw std::runtime_error("no system user " + options.user);
    launch.change_user = true;
    launch.uid = entry->pw_uid;
    launch.gid = entry->pw_gid;
  }

  auto report = make_pipe();
  auto stop = make_pipe();
  Pipe in;
  Pipe out;
  Pipe err;
  Fd devnull(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd log;
  launch.in = devnull.get();
  if (!state.input.empty()) {
    in = make_pipe();
    launch.in = in.read.get();
    ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
  }
  if (!options.log.empty()) {
    log = Fd(::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (log.get() < 0) fail("open " + options.log.string());
    launch.out = launch.err = log.get();
  } else {
    out = make_pipe();
    err = make_pipe();
    launch.out = out.write.get();
    launch.err = err.write.get();
  }
  launch.report = report.write.get();

  state.pid = ::fork();
  if (state.pid < 0) fail("fork");
  if (state.pid == 0) become(launch);
  ::setpgid(state.pid, state.pid);  // whoever is first; then signal_group never misses

  report.write.reset();
  int error = 0;
  if (::read(report.read.get(), &error, sizeof error) == sizeof error) {
    errno = error;
    fail("start " + launch.program);
  }
  state.in = std::move(in.write);
  state.out = std::move(out.read);
  state.err = std::move(err.read);
  state.stop_read = std::move(stop.read);
  state.stop_write = std::move(stop.write);
  in.read.reset();
  out.write.reset();
  err.write.reset();
  state.pump = std::thread([&state] { state.pump_all(); });
}

Process::~Process() = default;
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;

pid_t Process::pid() const {
  return state_->pid;
}

bool Process::running() {
  return !state_->reap(WNOHANG);
}

std::optional<ExitStatus> Process::wait_for(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!state_->reap(WNOHANG)) {
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  state_->stop_write.reset();
  if (state_->pump.joinable()) state_->pump.join();
  return state_->status;
}

ExitStatus Process::wait(std::chrono::milliseconds timeout) {
  if (const auto status = wait_for(timeout)) return *status;
  kill9();
  throw std::runtime_error(state_->name + " still ran after " + std::to_string(timeout.count()) + " ms\nstdout:\n" +
                           out() + "\nstderr:\n" + err());
}

void Process::signal(int number) {
  if (running()) ::kill(state_->pid, number);
}

void Process::signal_group(int number) {
  if (running()) ::kill(-state_->pid, number);
}

ExitStatus Process::kill9() {
  signal_group(SIGKILL);
  return wait_for(std::chrono::seconds(60)).value();
}

std::string Process::out() const {
  const std::lock_guard lock(state_->mutex);
  return state_->out_text;
}

std::string Process::err() const {
  const std::lock_guard lock(state_->mutex);
  return state_->err_text;
}

ProcessResult run(std::vector<std::string> argv, ProcessOptions options, std::chrono::milliseconds timeout) {
  Process process(std::move(argv), std::move(options));
  const auto status = process.wait(timeout);
  return {status, process.out(), process.err()};
}

}  // namespace iz::test
