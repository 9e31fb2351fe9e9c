# Writes OUTPUT, a C++ file that holds the bytes of every file of FILES; web/static_files.h declares what it defines.
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND arrays "constexpr char k_bytes_${count}[] = {${bytes}'\\0'};\n")
    string(APPEND rows "    {\"${name}\", {k_bytes_${count}, sizeof(k_bytes_${count}) - 1}},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"web/static_files.h\"\n\nnamespace zanhu::web {\nnamespace {\n${arrays}"
    "constexpr StaticFile k_files[] = {\n${rows}};\n}  // namespace\n\n"
    "std::span<const StaticFile> static_files() { return k_files; }\n}  // namespace zanhu::web\n")
