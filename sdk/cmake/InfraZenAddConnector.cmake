# infrazen_add_connector(<name> SOURCES <file>... [LIBS <target>...])
#
# Target <name>: <name>.so, a connector that exports nothing but its module. SOURCES are compiled once, as the objects
# <name>_objects, which a unit test can link too. `cmake --install` puts it where infrazend looks for connectors.
function(infrazen_add_connector name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "infrazen_add_connector(<name> SOURCES <file>... [LIBS <target>...])")
  endif()
  if(NOT name MATCHES "^[a-z][a-z0-9]+$")
    message(FATAL_ERROR "infrazen_add_connector: '${name}' does not match ^[a-z][a-z0-9]{1,30}$")
  endif()
  add_library(${name}_objects OBJECT ${arg_SOURCES})
  target_link_libraries(${name}_objects PUBLIC InfraZen::SDK ${arg_LIBS})
  set_target_properties(${name}_objects PROPERTIES
    POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  add_library(${name} MODULE $<TARGET_OBJECTS:${name}_objects>)
  target_link_libraries(${name} PRIVATE InfraZen::SDK ${arg_LIBS})
  set_target_properties(${name} PROPERTIES PREFIX "" LINKER_LANGUAGE CXX)
  # Symbols of static libraries stay inside, and one that is missing is found now and not in the daemon.
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL LINKER:-z,defs LINKER:-z,relro,-z,now)
  install(TARGETS ${name} LIBRARY DESTINATION "${InfraZenSDK_PLUGIN_DIR}")
endfunction()
