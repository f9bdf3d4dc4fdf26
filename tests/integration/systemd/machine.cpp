// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "machine.hpp"

#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sched.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "harness/paths.hpp"
#include "harness/shared_data.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int kNotAllowedHere = 77;
constexpr std::string_view kBootScript = "tools/systemd-boot.sh";

void must_be_possible() {
  if (kSanitized) throw NoMachine("programs with sanitizers do not fit the service's restrictions");
  if (::geteuid() != 0) throw NoMachine("booting a system needs root");
  if (!has_shared_data(kBootScript)) throw NoMachine("no " + shared_data(kBootScript).string());
  for (const char* program :
       {"/lib/systemd/systemd", "/usr/bin/dbus-daemon", "/usr/bin/unshare", "/usr/bin/nsenter", "/usr/bin/pgrep"}) {
    if (!fs::exists(program)) throw NoMachine(std::string("no ") + program);
  }
}

pid_t child_of(pid_t parent, const std::string& name = {}) {
  std::vector<std::string> pgrep{"pgrep", "--parent", std::to_string(parent)};
  if (!name.empty()) pgrep.insert(pgrep.end(), {"--exact", name});
  const std::string found = test::run(std::move(pgrep)).out;
  if (found.empty()) throw std::runtime_error("process " + std::to_string(parent) + " has no child " + name);
  return std::stoi(found);
}

}  // namespace

Machine::Machine() {
  must_be_possible();
  const std::string script = (kSourceDir / "tests/integration/systemd/machine.sh").string();
  process_ = std::make_unique<Process>(
      std::vector<std::string>{"unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "bash", script,
                               shared_data(kBootScript).string(), folder_.path().string()});
  const bool answered =
      wait_until([&] { return !process_->running() || process_->out().find("up\n") != std::string::npos; }, 90s, 20ms);
  if (!process_->running()) {
    const ExitStatus status = process_->wait();
    const std::string said = process_->err();
    if (status.code == kNotAllowedHere || said.starts_with("unshare: ")) throw NoMachine(said);
    throw std::runtime_error("the system did not boot (" + status.describe() + "):\n" + said);
  }
  if (!answered) throw std::runtime_error("the system did not boot in time:\n" + process_->err());
  keeper_ = child_of(process_->pid());
  init_ = child_of(child_of(keeper_, "unshare"));
}

Machine::~Machine() {
  if (keeper_ <= 0 || !process_->running()) return;
  ::kill(keeper_, SIGTERM);
  (void)process_->wait_for(20s);
}

std::vector<std::string> Machine::entering(std::vector<std::string> argv) const {
  std::vector<std::string> all{"nsenter",
                               "-t",
                               std::to_string(init_),
                               "-p",
                               "-m",
                               "-C",
                               "-u",
                               "-i",
                               "-n",
                               "env",
                               "-i",
                               "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                               "LC_ALL=C.UTF-8",
                               "TERM=dumb",
                               "SYSTEMD_PAGER=",
                               "SYSTEMD_COLORS=0"};
  all.insert(all.end(), std::make_move_iterator(argv.begin()), std::make_move_iterator(argv.end()));
  return all;
}

ProcessResult Machine::run(std::vector<std::string> argv, std::chrono::milliseconds timeout) const {
  return test::run(entering(std::move(argv)), {.capture = 64U << 20}, timeout);
}

Process Machine::start(std::vector<std::string> argv) const {
  return Process(entering(std::move(argv)));
}

std::string Machine::must(std::vector<std::string> argv) const {
  std::string command;
  for (const std::string& word : argv) command += word + ' ';
  ProcessResult result = run(std::move(argv));
  if (!result.status.ok())
    throw std::runtime_error(command + result.status.describe() + ":\n" + result.out + result.err);
  return std::move(result.out);
}

fs::path Machine::root() const {
  return "/proc/" + std::to_string(init_) + "/root";
}

void Machine::write(std::string_view path, std::string_view content, mode_t mode) const {
  const fs::path file = root() / fs::path(path).relative_path();
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out || ::chmod(file.c_str(), mode) != 0) throw std::system_error(errno, std::generic_category(), file.string());
}

void Machine::in_its_network(const std::function<void()>& work) const {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      const int network = ::open(("/proc/" + std::to_string(init_) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
      const bool inside = network >= 0 && ::setns(network, CLONE_NEWNET) == 0;
      const int error = errno;
      if (network >= 0) ::close(network);
      if (!inside) throw std::system_error(error, std::generic_category(), "setns");
      work();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace iz::test
