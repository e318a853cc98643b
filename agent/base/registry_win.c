/* SPDX-License-Identifier: MIT */
/* Reads and writes HKEY_LOCAL_MACHINE. */
#include "registry.h"

#include "file_access.h"

#include <stdlib.h>
#include <windows.h>

enum { NAME_UNITS = 256, TEXT_UNITS = 4096 };

static bool said(LSTATUS status)
{
    SetLastError((DWORD)status);
    return status == ERROR_SUCCESS;
}

/* A key, to be closed; NULL when it is not there. */
static HKEY open_key(const char *key, REGSAM access, bool make)
{
    wchar_t *wide = file_wide_path(key);
    HKEY opened = NULL;
    LSTATUS status = ERROR_NOT_ENOUGH_MEMORY;

    access |= KEY_WOW64_64KEY;
    if (wide != NULL && make)
        status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, wide, 0, NULL, 0, access, NULL, &opened, NULL);
    else if (wide != NULL)
        status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, wide, 0, access, &opened);
    free(wide);
    return said(status) ? opened : NULL;
}

bool registry_exists(const char *key)
{
    HKEY opened = open_key(key, KEY_QUERY_VALUE, false);

    if (opened != NULL)
        RegCloseKey(opened);
    return opened != NULL;
}

static bool to_utf8(const wchar_t *units, char *text, size_t size)
{
    if (WideCharToMultiByte(CP_UTF8, 0, units, -1, text, (int)size, NULL, NULL) > 0)
        return true;
    text[0] = '\0';
    return false;
}

bool registry_text(const char *key, const char *name, char *text, size_t size)
{
    HKEY opened = open_key(key, KEY_QUERY_VALUE, false);
    wchar_t *wide = file_wide_path(name), *units = calloc(TEXT_UNITS, sizeof *units);
    DWORD bytes = TEXT_UNITS * sizeof *units;
    bool found = false;

    text[0] = '\0';
    if (opened != NULL && wide != NULL && units != NULL &&
        said(RegGetValueW(opened, NULL, wide, RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND,
                          NULL, units, &bytes)))
        found = to_utf8(units, text, size);
    free(units);
    free(wide);
    if (opened != NULL)
        RegCloseKey(opened);
    return found;
}

bool registry_number(const char *key, const char *name, uint32_t *number)
{
    HKEY opened = open_key(key, KEY_QUERY_VALUE, false);
    wchar_t *wide = file_wide_path(name);
    DWORD value = 0, bytes = sizeof value;
    const bool found =
        opened != NULL && wide != NULL &&
        said(RegGetValueW(opened, NULL, wide, RRF_RT_REG_DWORD, NULL, &value, &bytes));

    *number = value;
    free(wide);
    if (opened != NULL)
        RegCloseKey(opened);
    return found;
}

bool registry_value_name(const char *key, unsigned n, char *name, size_t size)
{
    HKEY opened = open_key(key, KEY_QUERY_VALUE, false);
    wchar_t units[NAME_UNITS];
    DWORD count = NAME_UNITS;
    bool found = false;

    name[0] = '\0';
    if (opened != NULL && said(RegEnumValueW(opened, n, units, &count, NULL, NULL, NULL, NULL)))
        found = to_utf8(units, name, size);
    if (opened != NULL)
        RegCloseKey(opened);
    return found;
}

static bool set_value(const char *key, const char *name, DWORD type, const void *bytes, size_t size)
{
    HKEY opened = open_key(key, KEY_SET_VALUE, true);
    wchar_t *wide = file_wide_path(name);
    const bool set = opened != NULL && wide != NULL &&
                     said(RegSetValueExW(opened, wide, 0, type, bytes, (DWORD)size));

    free(wide);
    if (opened != NULL)
        RegCloseKey(opened);
    return set;
}

bool registry_set_text(const char *key, const char *name, const char *text, bool expand)
{
    wchar_t *units = file_wide_path(text);
    const bool set = units != NULL && set_value(key, name, expand ? REG_EXPAND_SZ : REG_SZ, units,
                                                (wcslen(units) + 1) * sizeof *units);

    free(units);
    return set;
}

bool registry_set_number(const char *key, const char *name, uint32_t number)
{
    return set_value(key, name, REG_DWORD, &number, sizeof number);
}

static bool gone(LSTATUS status)
{
    return said(status) || status == ERROR_FILE_NOT_FOUND;
}

bool registry_remove_value(const char *key, const char *name)
{
    HKEY opened = open_key(key, KEY_SET_VALUE, false);
    wchar_t *wide = file_wide_path(name);
    bool removed = opened == NULL && GetLastError() == ERROR_FILE_NOT_FOUND;

    if (opened != NULL && wide != NULL)
        removed = gone(RegDeleteValueW(opened, wide));
    free(wide);
    if (opened != NULL)
        RegCloseKey(opened);
    return removed;
}

bool registry_remove(const char *key)
{
    HKEY opened =
        open_key(key, DELETE | KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_SET_VALUE, false);
    wchar_t *wide = file_wide_path(key);
    bool removed = opened == NULL && GetLastError() == ERROR_FILE_NOT_FOUND;

    if (opened != NULL) {
        removed = gone(RegDeleteTreeW(opened, NULL));
        RegCloseKey(opened);
    }
    if (removed && wide != NULL)
        removed = gone(RegDeleteKeyExW(HKEY_LOCAL_MACHINE, wide, KEY_WOW64_64KEY, 0));
    free(wide);
    return removed;
}
