# Paths. Everything that is installed goes below the prefix except configuration and state;
# the running programs learn the same paths from infrazen_version.hpp.

if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Install prefix" FORCE)
endif()
include(GNUInstallDirs)

option(IZ_TESTS "Build the tests" ON)

set(IZ_LIBEXEC_DIR "${CMAKE_INSTALL_LIBEXECDIR}/infrazen")
set(IZ_DATA_DIR "${CMAKE_INSTALL_DATADIR}/infrazen")
# Not CMAKE_INSTALL_LIBDIR: a connector is loaded by path, never by the linker, so it has no multiarch folder.
set(IZ_PLUGIN_DIR "lib/infrazen/plugins" CACHE STRING "Where connectors are installed, below the prefix")
set(IZ_SYSTEMD_DIR "lib/systemd/system" CACHE STRING "Where systemd units are installed, below the prefix")
set(IZ_SYSUSERS_DIR "lib/sysusers.d" CACHE STRING "Where sysusers.d files are installed, below the prefix")
set(IZ_TMPFILES_DIR "lib/tmpfiles.d" CACHE STRING "Where tmpfiles.d files are installed, below the prefix")
set(IZ_CATALOG_DIR "lib/systemd/catalog" CACHE STRING "Where journal catalogues are installed, below the prefix")

cmake_path(ABSOLUTE_PATH IZ_LIBEXEC_DIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE IZ_FULL_LIBEXEC_DIR)
cmake_path(ABSOLUTE_PATH IZ_DATA_DIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE IZ_FULL_DATA_DIR)
cmake_path(ABSOLUTE_PATH IZ_PLUGIN_DIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE IZ_FULL_PLUGIN_DIR)
set(IZ_FULL_SYSCONF_DIR "${CMAKE_INSTALL_FULL_SYSCONFDIR}/infrazen")
set(IZ_FULL_STATE_DIR "${CMAKE_INSTALL_FULL_LOCALSTATEDIR}/lib/infrazen")

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(IZ_PLUGIN_OUTPUT_DIR "${PROJECT_BINARY_DIR}/plugins")
set(IZ_TEST_PLUGIN_OUTPUT_DIR "${PROJECT_BINARY_DIR}/test-plugins")
set(IZ_TEST_OUTPUT_DIR "${PROJECT_BINARY_DIR}/tests-bin")
set(IZ_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")

configure_file("${CMAKE_CURRENT_LIST_DIR}/infrazen_version.hpp.in" "${IZ_GENERATED_DIR}/infrazen_version.hpp" @ONLY)

# Everything that runs: programs and connectors. Integration tests depend on it.
add_custom_target(iz_runtime)
