// The source of random numbers of Rust's standard library: Windows 10 has this library, Debian's wine 8 does not.
#include <stddef.h>

int __stdcall SystemFunction036(void *buffer, unsigned long length); // RtlGenRandom of advapi32

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, size_t length) {
  return SystemFunction036(buffer, (unsigned long)length);
}
