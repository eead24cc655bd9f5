// A substitute for bcryptprimitives.dll, from which Rust's standard library gets random numbers. Windows 10 has the
// library; wine 8, which is in Debian, does not.
#include <stddef.h>

int __stdcall SystemFunction036(void *buffer, unsigned long length); // RtlGenRandom of advapi32

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, size_t length) {
  return SystemFunction036(buffer, (unsigned long)length);
}
