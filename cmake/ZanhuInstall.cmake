# What `cmake --install` puts where: the library with its headers and CMake package, and the samples of etc/.
# The programs have their rules in app/ and cli/.

# The programs find libzanhu.so under any prefix.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
set(ZANHU_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/zanhu)

function(zanhu_install)
    include(CMakePackageConfigHelpers)
    install(TARGETS zanhu EXPORT zanhuTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/zanhu DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT zanhuTargets NAMESPACE zanhu:: DESTINATION ${ZANHU_PACKAGE_DIR})
    configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/zanhuConfig.cmake.in ${PROJECT_BINARY_DIR}/zanhuConfig.cmake
        INSTALL_DESTINATION ${ZANHU_PACKAGE_DIR} PATH_VARS CMAKE_INSTALL_LIBDIR)
    write_basic_package_version_file(${PROJECT_BINARY_DIR}/zanhuConfigVersion.cmake COMPATIBILITY SameMinorVersion)
    install(FILES ${PROJECT_BINARY_DIR}/zanhuConfig.cmake ${PROJECT_BINARY_DIR}/zanhuConfigVersion.cmake
        ${PROJECT_SOURCE_DIR}/cmake/zanhuPlugin.cmake
        DESTINATION ${ZANHU_PACKAGE_DIR})
    install(DIRECTORY DESTINATION ${CMAKE_INSTALL_LIBDIR}/zanhu)
    # Samples, to be copied by hand: an installation never touches a configuration that is in use.
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/etc/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/etc)
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endfunction()
