# Every third-party library, once. Debian names are in scripts/lib/packages.txt.
# Targets are iz_dep_<name>; their headers are SYSTEM.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

function(iz_pkg_dependency name)
  pkg_check_modules(IZ_PKG_${name} REQUIRED IMPORTED_TARGET ${ARGN})
  add_library(iz_dep_${name} INTERFACE)
  target_link_libraries(iz_dep_${name} INTERFACE PkgConfig::IZ_PKG_${name})
endfunction()

iz_pkg_dependency(pq libpq)
iz_pkg_dependency(pqxx "libpqxx >= 6.4")
iz_pkg_dependency(yaml yaml-cpp)
iz_pkg_dependency(fmt fmt)
iz_pkg_dependency(spdlog spdlog) # compiled, with the external fmt: both definitions come from its .pc
iz_pkg_dependency(openssl openssl)
iz_pkg_dependency(curl libcurl)
iz_pkg_dependency(systemd libsystemd)
iz_pkg_dependency(seccomp libseccomp)
iz_pkg_dependency(cli11 CLI11)
iz_pkg_dependency(zlib zlib)
iz_pkg_dependency(zstd libzstd)
iz_pkg_dependency(xxhash libxxhash)
iz_pkg_dependency(pugixml pugixml)
iz_pkg_dependency(prometheus prometheus-cpp-core)

find_package(date REQUIRED)
add_library(iz_dep_date INTERFACE)
target_link_libraries(iz_dep_date INTERFACE date::date-tz)

# Boost 1.81, headers only. Debian 12's default is 1.74, which lacks Describe's and URL's present form.
find_path(IZ_BOOST_INCLUDE_DIR boost/version.hpp REQUIRED)
file(STRINGS "${IZ_BOOST_INCLUDE_DIR}/boost/version.hpp" iz_boost_version REGEX "^#define BOOST_VERSION ")
string(REGEX MATCH "[0-9]+" iz_boost_version "${iz_boost_version}")
if(iz_boost_version LESS 108100)
  message(FATAL_ERROR "Boost ${iz_boost_version} in ${IZ_BOOST_INCLUDE_DIR} is older than 108100: install libboost1.81-dev")
endif()

# The libraries that have a src.hpp are compiled once, here. Nobody else includes a boost/*/src.hpp.
add_library(iz_boost_headers INTERFACE)
target_include_directories(iz_boost_headers SYSTEM INTERFACE "${IZ_BOOST_INCLUDE_DIR}")
target_compile_definitions(iz_boost_headers INTERFACE
  BOOST_ALL_NO_LIB
  BOOST_DLL_USE_STD_FS # else Boost.DLL wants the compiled Boost.Filesystem
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(iz_boost_headers INTERFACE Threads::Threads)

file(GLOB iz_boost_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/boost/*.cpp")
add_library(iz_boost_compiled STATIC ${iz_boost_sources})
target_compile_options(iz_boost_compiled PRIVATE -w)
target_link_libraries(iz_boost_compiled PUBLIC iz_boost_headers iz_dep_openssl)

add_library(iz_dep_boost INTERFACE)
target_link_libraries(iz_dep_boost INTERFACE iz_boost_headers iz_boost_compiled)
