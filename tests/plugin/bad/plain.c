/* Libraries that are no plugin of this zanhu, in plain C: what they say of themselves is all that counts. */
#include <stdint.h>

struct plugin_abi {
    uint32_t number;
    const char* compiler;
};

#ifdef OUR_ABI
#define ABI_NUMBER OUR_NUMBER
#endif
#ifndef COMPILER
#define COMPILER OUR_COMPILER
#endif

#ifdef SILENT
const struct plugin_abi* zanhu_plugin_abi(void) {
    return 0;
}
#elif defined(ABI_NUMBER)
const struct plugin_abi* zanhu_plugin_abi(void) {
    static const struct plugin_abi abi = {ABI_NUMBER, COMPILER};
    return &abi;
}
#endif

#ifdef MISSING_SYMBOL
void zanhu_has_no_such_function(void);
void uses_it(void) {
    zanhu_has_no_such_function();
}
#endif
