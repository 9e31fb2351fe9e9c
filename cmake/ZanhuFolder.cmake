# zanhu_folder(PATH)          an object library of all .cpp files of one folder, named after its path
# zanhu_embed(FOLDER STATIC)  compiles the files of STATIC into that folder's object library
# zanhu_library()             the shared library of all folders so far, and its installation

include(ZanhuInstall)

set(ZANHU_LIBRARIES Poco::Foundation Poco::Net Poco::NetSSL Poco::JSON Poco::Util Poco::Data Poco::DataSQLite
    Poco::DataMySQL PostgreSQL::client MySQL::client Poco::Crypto Poco::JWT Poco::Redis
    OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB ${ZANHU_RE2} ${ZANHU_ARGON2} ${ZANHU_CRYPT} Threads::Threads)

function(zanhu_folder path)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/*.cpp)
    if(NOT sources)
        return()
    endif()
    string(REPLACE "/" "_" target zanhu_${path})
    add_library(${target} OBJECT ${sources})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ZANHU_LIBRARIES})
    set_property(GLOBAL APPEND PROPERTY ZANHU_FOLDERS ${target})
endfunction()

function(zanhu_embed folder static_folder)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${static_folder}/*)
    if(NOT files OR NOT TARGET zanhu_${folder})
        return()
    endif()
    set(generated ${PROJECT_BINARY_DIR}/generated/${folder}_static.cpp)
    add_custom_command(OUTPUT ${generated}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${generated} "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
        DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
        VERBATIM)
    target_sources(zanhu_${folder} PRIVATE ${generated})
endfunction()

function(zanhu_library)
    get_property(folders GLOBAL PROPERTY ZANHU_FOLDERS)
    add_library(zanhu SHARED)
    foreach(folder IN LISTS folders)
        target_sources(zanhu PRIVATE $<TARGET_OBJECTS:${folder}>)
    endforeach()
    # Who uses the installed library sees the public API alone, which needs none of the libraries beneath.
    target_include_directories(zanhu PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(zanhu PUBLIC "$<BUILD_INTERFACE:${ZANHU_LIBRARIES}>" Threads::Threads)
    target_compile_features(zanhu INTERFACE cxx_std_20)
    set_target_properties(zanhu PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
    zanhu_install()
endfunction()
