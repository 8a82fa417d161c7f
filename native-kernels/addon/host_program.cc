// On Windows the addon takes Node's functions from the program that has loaded it, whatever its name is.
#include <windows.h>

#include <delayimp.h>

#include <cstring>

namespace {

FARPROC WINAPI FindHost(unsigned event, PDelayLoadInfo info) {
  if (event != dliNotePreLoadLibrary || std::strcmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleW(nullptr));
}

}  // namespace

// Declared extern "C" in delayimp.h.
PfnDliHook __pfnDliNotifyHook2 = FindHost;
