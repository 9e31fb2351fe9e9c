# zanhu_plugin(NAME SOURCE...)   a plugin NAME.so for zanhu, and its installation among the daemon's plugins

function(zanhu_plugin name)
    add_library(${name} MODULE ${ARGN})
    target_link_libraries(${name} PRIVATE zanhu::zanhu Poco::Foundation)
    # Hidden: two plugins may have classes of the same name. Complete: what is missing shows here, not at the start.
    set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
        target_link_options(${name} PRIVATE -Wl,--no-undefined)
    endif()
    target_link_options(${name} PRIVATE -Wl,-z,now)
    install(TARGETS ${name} LIBRARY DESTINATION ${zanhu_PLUGIN_DIR})
endfunction()
