# Flags that every target shares: warnings are errors, sanitizers by option, ccache when it is there.

find_program(ZANHU_CCACHE ccache)
if(ZANHU_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ZANHU_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns of overlaps in std::string that cannot be (its bug 105651).
    add_compile_options(-Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A consumer may ignore what became of its send: that a connection is gone shows at its next receive(). GCC sees no
    # [[nodiscard]] behind a co_await, and all others it does.
    add_compile_options(-Wthread-safety -Wno-unused-result)
endif()
if(ZANHU_SANITIZE)
    add_compile_options(-fsanitize=${ZANHU_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${ZANHU_SANITIZE})
endif()
# The library calls its own functions directly: nobody is to put others in their place.
add_link_options(-Wl,-z,now,-Bsymbolic-functions)
