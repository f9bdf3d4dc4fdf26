// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/curl.hpp"

#include <dlfcn.h>
#include <stdexcept>

namespace iz::host {
namespace {

template <class Function>
void bind(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(std::string("libcurl.so.4 has no ") + name + ": it is too old");
}

}  // namespace

Curl::Curl() {
  void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = ::dlerror();
    throw std::runtime_error("libcurl cannot be loaded, install libcurl4: " + std::string(why == nullptr ? "" : why));
  }
  bind(library, "curl_global_init", global_init);
  bind(library, "curl_easy_init", easy_init);
  bind(library, "curl_easy_cleanup", easy_cleanup);
  bind(library, "curl_easy_setopt", easy_setopt);
  bind(library, "curl_easy_pause", easy_pause);
  bind(library, "curl_easy_strerror", easy_strerror);
  bind(library, "curl_slist_append", slist_append);
  bind(library, "curl_slist_free_all", slist_free_all);
  bind(library, "curl_multi_init", multi_init);
  bind(library, "curl_multi_cleanup", multi_cleanup);
  bind(library, "curl_multi_setopt", multi_setopt);
  bind(library, "curl_multi_add_handle", multi_add_handle);
  bind(library, "curl_multi_remove_handle", multi_remove_handle);
  bind(library, "curl_multi_perform", multi_perform);
  bind(library, "curl_multi_poll", multi_poll);
  bind(library, "curl_multi_wakeup", multi_wakeup);
  bind(library, "curl_multi_info_read", multi_info_read);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

}  // namespace iz::host
