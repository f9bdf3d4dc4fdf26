// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>

#include <infrazen/abi/module.h>
#include <infrazen/abi/note.h>
#include <infrazen/sync.hpp>
#include <infrazen/webhook.hpp>

// The one header a connector includes:
//
//   class Hetzner : public infrazen::Connector {
//     void sync(infrazen::Sync& sync) override { … }
//   };
//   INFRAZEN_MODULE(Hetzner, "hetzner", "1.0.0", R"json({"manifest":1, …})json")
namespace infrazen {

// Verdicts of `infrazen connection test`: every credential, permission, host and file, tried for real.
class Check : public Host {
 public:
  Check(const iz_host& host, const iz_check_request& request) : Host(host), request_(&request) {}

  // subject: "permission billing.accounts.getUsage". detail: what came back and, for a failure, what to do.
  void passed(std::string_view subject, std::string_view detail = {}) { report(IZ_CHECK_PASSED, subject, detail); }
  void failed(std::string_view subject, std::string_view detail) { report(IZ_CHECK_FAILED, subject, detail); }
  void skipped(std::string_view subject, std::string_view detail) { report(IZ_CHECK_SKIPPED, subject, detail); }
  // Passed unless `action` throws; cancellation goes through.
  template <std::invocable Action>
  bool attempt(std::string_view subject, Action&& action) {
    try {
      action();
      passed(subject);
      return true;
    } catch (const Error& error) {
      if (error.error_class() == ErrorClass::cancelled) throw;
      failed(subject, error.what());
    } catch (const std::exception& error) {
      failed(subject, error.what());
    }
    return false;
  }

 private:
  void report(std::uint32_t verdict, std::string_view subject, std::string_view detail) {
    const iz_check_result result{sizeof(iz_check_result), verdict, to_abi_text(subject), to_abi_text(detail)};
    request_->report(request_->context, &result);
  }
  const iz_check_request* request_;
};

// Derive, override sync(), name the class in INFRAZEN_MODULE. It is made once per run, on the run thread, with a
// constructor that takes `const Host&` or nothing. What is thrown becomes the run's error: an Error with its class,
// anything else internal.
class Connector {
 public:
  Connector() = default;
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;
  virtual ~Connector() = default;

  // Runs sync.stream() to its end.
  virtual void sync(Sync& sync) = 0;
  virtual void check(Check& check) { check.skipped("connection", "this connector has no test of its own"); }
  // An optional extension's table by id ("infrazen.discover/1"), or nullptr. infrazen.webhook/1 is there by itself for
  // a connector that also derives from Webhook.
  virtual const void* extension(std::string_view) { return nullptr; }
};

namespace detail {

// One instance behind iz_connector.
template <class Derived>
struct Instance {
  using Class = Derived;

  explicit Instance(const iz_host& raw) : host(raw), bridge(raw), connector(make(bridge)) {}

  static std::unique_ptr<Connector> make(const Host& bridge) {
    if constexpr (std::is_constructible_v<Derived, const Host&>) {
      return std::make_unique<Derived>(bridge);
    } else {
      return std::make_unique<Derived>();
    }
  }

  const iz_host& host;
  Host bridge;
  std::unique_ptr<Connector> connector;
};

template <class Derived>
struct Exports {
  static void* create(const iz_host* host, iz_error* error) {
    Instance<Derived>* made = nullptr;
    guarded(error, [&] { made = new Instance<Derived>(*host); });
    return made;
  }
  static std::int32_t sync(void* self, const iz_sync_request* request, iz_error* error) {
    return guarded(error, [&] {
      auto& instance = *static_cast<Instance<Derived>*>(self);
      Sync sync(instance.host, *request);
      instance.connector->sync(sync);
    });
  }
  static std::int32_t check(void* self, const iz_check_request* request, iz_error* error) {
    return guarded(error, [&] {
      auto& instance = *static_cast<Instance<Derived>*>(self);
      Check check(instance.host, *request);
      instance.connector->check(check);
    });
  }
  static void destroy(void* self) { delete static_cast<Instance<Derived>*>(self); }
  static const void* extension(void* self, iz_str id) {
    const void* table = nullptr;
    guarded(nullptr, [&] { table = static_cast<Instance<Derived>*>(self)->connector->extension(from_abi(id)); });
    if constexpr (std::is_base_of_v<Webhook, Derived>) {
      if (table == nullptr && from_abi(id) == IZ_EXTENSION_WEBHOOK_1) table = &WebhookExports<Instance<Derived>>::table;
    }
    return table;
  }
  static constexpr iz_connector table{sizeof(iz_connector), 0, create, sync, check, destroy, extension};
};

template <std::size_t Size>
constexpr iz_str literal(const char (&text)[Size]) {
  return {text, Size - 1};
}

constexpr bool valid_module_id(std::string_view id) {
  if (id.size() < 2 || id.size() > 31 || id[0] < 'a' || id[0] > 'z') return false;
  for (const char c : id) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

}  // namespace detail
}  // namespace infrazen

// Exports the module: once, at file scope, outside of any namespace. The three texts are string literals; id and
// version are those of the manifest.
#define INFRAZEN_MODULE(class_, id_, version_, manifest_)                                                 \
  static_assert(::infrazen::detail::valid_module_id(id_), "a module's id matches ^[a-z][a-z0-9]{1,30}$"); \
  IZ_NOTE(id_, version_);                                                                                 \
  extern "C" constinit const iz_module infrazen_module_v1{sizeof(iz_module),                              \
                                                          IZ_ABI_MINOR,                                   \
                                                          ::infrazen::detail::literal(id_),               \
                                                          ::infrazen::detail::literal(version_),          \
                                                          ::infrazen::detail::literal(manifest_),         \
                                                          &::infrazen::detail::Exports<class_>::table};
