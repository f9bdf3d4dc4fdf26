# infrazen_module(<name> [PROGRAM <executable>] [DEPS <module>...] [LIBS <target>...])
#
# Static library iz_<name>, alias iz::<name>, of every *.cpp below the calling folder; the include root is daemon/,
# so a header is named "store/session/session.hpp". A folder without sources is an INTERFACE library.
# PROGRAM: main.cpp is left out of the library and becomes <executable>, so that tests can link the rest.
# DEPS are other modules. Which ones are allowed is design, checked by tests/unit/architecture.
function(infrazen_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROGRAM" "DEPS;LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "infrazen_module(${name}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(main "${CMAKE_CURRENT_SOURCE_DIR}/main.cpp")
  if(arg_PROGRAM)
    list(REMOVE_ITEM sources "${main}")
  endif()

  if(sources)
    add_library(iz_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(iz_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(iz::${name} ALIAS iz_${name})
  target_include_directories(iz_${name} ${scope} "${PROJECT_SOURCE_DIR}/daemon" "${IZ_GENERATED_DIR}")
  list(TRANSFORM arg_DEPS PREPEND iz::)
  target_link_libraries(iz_${name} ${scope} ${arg_DEPS} ${arg_LIBS} iz_dep_fmt iz_dep_date Threads::Threads)
  set_property(GLOBAL APPEND PROPERTY IZ_MODULES ${name})

  if(arg_PROGRAM AND EXISTS "${main}")
    add_executable(${arg_PROGRAM} "${main}")
    target_link_libraries(${arg_PROGRAM} PRIVATE iz_${name})
    add_dependencies(iz_runtime ${arg_PROGRAM})
  endif()
endfunction()

# infrazen_embed(<target> <name> <file>...)
#
# Compiles files into <target>. Declared in the generated "embedded/<name>.hpp":
#   namespace iz::embedded { std::span<const File> <name>(); }   File = {std::string_view path, content}
# Paths are relative to the calling folder, sorted, and contents end with a NUL that is not part of the view.
function(infrazen_embed target name)
  set(out "${IZ_GENERATED_DIR}/embedded")
  set(script "${PROJECT_SOURCE_DIR}/cmake/Embed.cmake")
  set(files ${ARGN})
  list(TRANSFORM files REPLACE "^${CMAKE_CURRENT_SOURCE_DIR}/" "")
  list(SORT files)
  list(TRANSFORM files PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE depends)
  add_custom_command(
    OUTPUT "${out}/${name}.cpp" "${out}/${name}.hpp"
    COMMAND "${CMAKE_COMMAND}" "-DNAME=${name}" "-DOUT=${out}" "-DROOT=${CMAKE_CURRENT_SOURCE_DIR}" "-DFILES=${files}"
            -P "${script}"
    DEPENDS ${depends} "${script}"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}/${name}.cpp" "${out}/${name}.hpp")
endfunction()
