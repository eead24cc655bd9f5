// The function that Rust takes random numbers from, which Windows 10 has and Debian's wine 8 lacks.
#include <stddef.h>
int __stdcall SystemFunction036(void *buffer, unsigned long length);
__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, size_t length) { return SystemFunction036(buffer, (unsigned long)length); }
