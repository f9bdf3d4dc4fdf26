# All code in this tree is ours, so options are set once for every target;
# third-party headers come in as SYSTEM includes and are exempt from the warnings.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_UNITY_BUILD OFF)

set(IZ_SANITIZE "" CACHE STRING "Sanitizers: empty, address (with undefined), thread")
set_property(CACHE IZ_SANITIZE PROPERTY STRINGS "" address thread)
option(IZ_WERROR "Treat warnings as errors" ON)
option(IZ_LIBFUZZER "Build tests/fuzz for libFuzzer (clang) instead of replaying the corpus" OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
# NDEBUG stays undefined: an assert that fires in production is a crash report, without it silent corruption.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEBUG "-O0 -g" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g" CACHE STRING "" FORCE)

include(CheckPIESupported)
check_pie_supported()

# --- tools -------------------------------------------------------------------------------------
find_program(IZ_CCACHE ccache)
if(IZ_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Several build directories share the cache, and so do several checkouts: paths below the checkout count as relative.
  # The sloppiness is what a file with a precompiled header needs to be kept at all.
  set(CMAKE_CXX_COMPILER_LAUNCHER "/usr/bin/env;CCACHE_NOHASHDIR=1;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}"
    "CCACHE_SLOPPINESS=pch_defines,time_macros;${IZ_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
find_program(IZ_MOLD mold)
if(IZ_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# --- warnings ----------------------------------------------------------------------------------
set(iz_is_cxx "$<COMPILE_LANGUAGE:CXX>")
add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wformat=2 -Wcast-align -Wundef -Wvla
  -Wnull-dereference -Wimplicit-fallthrough
  -Wno-missing-field-initializers # designated initialisers name what they set; the rest is default on purpose
  "$<${iz_is_cxx}:-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual;-Wextra-semi;-Wsuggest-override>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    # =local: a parameter may be called what the member is called. clang cannot tell these apart.
    -Wshadow=local -Wduplicated-cond
    # Known false positives of g++ 12 on std::string and std::variant (PR105329, PR105562 and kin).
    -Wno-restrict -Wno-null-dereference -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-array-bounds -Wno-free-nonheap-object -Wno-dangling-pointer)
else()
  # c99-extensions: the macros of seccomp.h are compound literals.
  add_compile_options(-Wno-unused-command-line-argument -Wno-c99-designator -Wno-c99-extensions)
endif()
if(IZ_WERROR)
  add_compile_options(-Werror)
endif()

# --- no absolute path of the build machine in what is shipped ----------------------------------
add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")

# --- hardening ---------------------------------------------------------------------------------
add_compile_options(-fstack-protector-strong -fno-plt)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  add_compile_options(-fstack-clash-protection -fcf-protection)
endif()
add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack LINKER:--as-needed)

if(IZ_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
                      -U_FORTIFY_SOURCE)
  add_link_options(-fsanitize=address,undefined)
elseif(IZ_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -U_FORTIFY_SOURCE)
  add_link_options(-fsanitize=thread)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan) # "atomic_thread_fence is not supported" in Asio's headers
  endif()
elseif(IZ_SANITIZE)
  message(FATAL_ERROR "IZ_SANITIZE is '${IZ_SANITIZE}', not one of: address, thread")
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

if(IZ_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link) # coverage of the modules guides the fuzzer
endif()

# infrazen_heavy_sources(<file>...): files that are slow to compile (Beast coroutines) are not optimised in
# sanitizer builds, where the optimiser is most of the time.
function(infrazen_heavy_sources)
  if(IZ_SANITIZE)
    set_property(SOURCE ${ARGN} DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" APPEND PROPERTY COMPILE_OPTIONS -O0)
  endif()
endfunction()
