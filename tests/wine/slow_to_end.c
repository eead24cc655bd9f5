// A program that takes half a second to end after Ctrl-C, with an exit code that does not fit into eight bits.
#include <windows.h>
static BOOL WINAPI end(DWORD event) { (void)event; Sleep(500); ExitProcess(263); }
int main(void) {
    DWORD written;
    SetConsoleCtrlHandler(end, TRUE);
    WriteConsoleA(GetStdHandle(STD_OUTPUT_HANDLE), "it runs", 7, &written, NULL);
    Sleep(60000);
    return 0;
}
