/* SPDX-License-Identifier: MIT */
/* Root certificates on Windows: the ROOT store of the system. */
#include "tls_trust.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

bool tls_trust_native(void)
{
    return true;
}

bool tls_trust_bundled_file(char *path, size_t size)
{
    static const wchar_t name[] = L"milink-roots.pem";
    wchar_t wide[MAX_PATH + sizeof name / sizeof *name];
    DWORD length = GetModuleFileNameW(NULL, wide, MAX_PATH);

    if (length == 0 || length == MAX_PATH)
        return false;
    while (length > 0 && wide[length - 1] != L'\\')
        length--;
    memcpy(wide + length, name, sizeof name);
    return GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES &&
           WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, (int)size, NULL, NULL) > 0;
}

/* The C runtime has a copy of the environment for getenv, which OpenSSL asks; libcurl asks the
 * system. */
void tls_trust_drop_variable(const char *name)
{
    _putenv_s(name, "");
    SetEnvironmentVariableA(name, NULL);
}
