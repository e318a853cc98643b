/* SPDX-License-Identifier: MIT */
/* Asks the Service Control Manager. */
#include "service_control.h"

#include "file_access.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { POLL_MS = 100, PRESHUTDOWN_MS = 15000, DAY_S = 86400 };

static bool fail(const char *what, char *why, size_t why_size)
{
    file_say_error(what, why, why_size);
    return false;
}

/* A service, to be closed with CloseServiceHandle; NULL with the last error. */
static SC_HANDLE open_service(const char *name, DWORD access)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT), service = NULL;
    wchar_t *wide = file_wide_path(name);
    DWORD error = 0;

    if (manager != NULL && wide != NULL)
        service = OpenServiceW(manager, wide, access);
    error = GetLastError();
    free(wide);
    if (manager != NULL)
        CloseServiceHandle(manager);
    SetLastError(error);
    return service;
}

static void copy_utf8(char *to, size_t size, const wchar_t *from)
{
    if (from == NULL || WideCharToMultiByte(CP_UTF8, 0, from, -1, to, (int)size, NULL, NULL) == 0)
        to[0] = '\0';
}

bool service_query(const char *name, struct service_state *state)
{
    SC_HANDLE service = open_service(name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    QUERY_SERVICE_CONFIGW *config = calloc(1, 8192);
    SERVICE_STATUS status;
    DWORD size = 0;
    const bool known = service != NULL && QueryServiceStatus(service, &status);

    memset(state, 0, sizeof *state);
    if (known) {
        state->stopped = status.dwCurrentState == SERVICE_STOPPED;
        state->running = status.dwCurrentState == SERVICE_RUNNING ||
                         status.dwCurrentState == SERVICE_START_PENDING;
        if (status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR)
            state->own_code = status.dwServiceSpecificExitCode;
        if (config != NULL && QueryServiceConfigW(service, config, 8192, &size)) {
            copy_utf8(state->command, sizeof state->command, config->lpBinaryPathName);
            copy_utf8(state->account, sizeof state->account, config->lpServiceStartName);
        }
    }
    free(config);
    if (service != NULL)
        CloseServiceHandle(service);
    return known;
}

/* ---- making ---- */

/* A service whose settings are made, and the names of those that this Windows does not know. */
struct making {
    SC_HANDLE service;
    char *missing;
    size_t missing_size;
};

static void set(const struct making *making, DWORD level, void *value, const char *name)
{
    if (ChangeServiceConfig2W(making->service, level, value))
        return;
    if (making->missing[0] != '\0')
        text_append(making->missing, making->missing_size, ", ");
    text_append(making->missing, making->missing_size, name);
}

static void set_failure(const struct making *making)
{
    SC_ACTION actions[] = {
        {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30000}, {SC_ACTION_RESTART, 60000}};
    SERVICE_FAILURE_ACTIONSW failure = {DAY_S, NULL, NULL, 3, actions};
    /* An end with a code of its own counts as a failure too, not a crash alone. */
    SERVICE_FAILURE_ACTIONS_FLAG always = {TRUE};

    set(making, SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "failure actions");
    set(making, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &always, "failure flag");
}

static void set_rest(const struct making *making, const struct service_wish *wish)
{
    SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};
    SERVICE_PRESHUTDOWN_INFO shutdown = {PRESHUTDOWN_MS};
    SERVICE_DELAYED_AUTO_START_INFO delayed = {wish->delayed};
    wchar_t privileges[256], *text = file_wide_path(wish->description);
    SERVICE_DESCRIPTIONW description = {text};
    SERVICE_REQUIRED_PRIVILEGES_INFOW needed = {privileges};
    size_t length = 0;

    /* A list whose end is an empty name. */
    for (const char *from = wish->privileges; from[0] != '\0' || from[1] != '\0'; from++)
        privileges[length++] = (unsigned char)*from;
    privileges[length] = privileges[length + 1] = L'\0';
    if (text != NULL)
        set(making, SERVICE_CONFIG_DESCRIPTION, &description, "description");
    set_failure(making);
    set(making, SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "service SID");
    set(making, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &needed, "privileges");
    set(making, SERVICE_CONFIG_PRESHUTDOWN_INFO, &shutdown, "preshutdown");
    set(making, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "delayed start");
    free(text);
}

/* The new one, or the one of the name with the new command line and account. */
static SC_HANDLE make(const struct service_wish *wish)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    wchar_t *name = file_wide_path(wish->name), *display = file_wide_path(wish->display),
            *command = file_wide_path(wish->command), *account = file_wide_path(wish->account);
    SC_HANDLE service = NULL;
    DWORD error = 0;

    if (manager != NULL && name != NULL && display != NULL && command != NULL && account != NULL)
        service = CreateServiceW(manager, name, display, SERVICE_ALL_ACCESS,
                                 SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                 SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, account, NULL);
    if (service == NULL && GetLastError() == ERROR_SERVICE_EXISTS) {
        service = OpenServiceW(manager, name, SERVICE_ALL_ACCESS);
        /* An administrator may have chosen another account: it stays. */
        if (service != NULL &&
            !ChangeServiceConfigW(service, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                  SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL,
                                  display)) {
            error = GetLastError();
            CloseServiceHandle(service);
            service = NULL;
            SetLastError(error);
        }
    }
    error = GetLastError();
    free(account);
    free(command);
    free(display);
    free(name);
    if (manager != NULL)
        CloseServiceHandle(manager);
    SetLastError(error);
    return service;
}

bool service_make(const struct service_wish *wish, char *missing, size_t missing_size, char *why,
                  size_t why_size)
{
    const struct making making = {make(wish), missing, missing_size};

    missing[0] = '\0';
    if (making.service == NULL)
        return fail("cannot be made", why, why_size);
    set_rest(&making, wish);
    CloseServiceHandle(making.service);
    return true;
}

/* ---- start, stop, removal ---- */

/* Until the service has that state; false when the time passed or it is gone. */
static bool await(const char *name, bool stopped, unsigned seconds)
{
    struct service_state state;

    for (unsigned waited = 0; waited < seconds * 1000; waited += POLL_MS) {
        if (!service_query(name, &state))
            return false;
        if (stopped ? state.stopped : state.running)
            return true;
        Sleep(POLL_MS);
    }
    return false;
}

bool service_start(const char *name, unsigned seconds, char *why, size_t why_size)
{
    SC_HANDLE service = open_service(name, SERVICE_START);
    struct service_state state;
    bool started = service != NULL && (StartServiceW(service, 0, NULL) ||
                                       GetLastError() == ERROR_SERVICE_ALREADY_RUNNING);

    if (!started)
        file_say_error("cannot be started", why, why_size);
    if (service != NULL)
        CloseServiceHandle(service);
    if (!started)
        return false;
    /* It is on its way at once, and may still fail: a second look tells. */
    await(name, false, seconds);
    Sleep(10 * POLL_MS);
    if (service_query(name, &state) && state.running)
        return true;
    snprintf(why, why_size,
             "did not stay up: its own code %lu (docs/events.md), and the text is in "
             "the Event Log, source %s",
             (unsigned long)state.own_code, name);
    return false;
}

bool service_stop(const char *name, unsigned seconds, char *why, size_t why_size)
{
    SC_HANDLE service = open_service(name, SERVICE_STOP);
    SERVICE_STATUS status;
    bool asked = false;

    if (service == NULL && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST)
        return true;
    if (service == NULL)
        return fail("cannot be stopped", why, why_size);
    asked = ControlService(service, SERVICE_CONTROL_STOP, &status) ||
            GetLastError() == ERROR_SERVICE_NOT_ACTIVE;
    if (!asked)
        file_say_error("cannot be stopped", why, why_size);
    CloseServiceHandle(service);
    if (asked && !await(name, true, seconds)) {
        snprintf(why, why_size, "has not stopped within %u s", seconds);
        return false;
    }
    return asked;
}

bool service_remove(const char *name, unsigned seconds, char *why, size_t why_size)
{
    SC_HANDLE service = open_service(name, DELETE);
    struct service_state state;
    bool removed = false;

    if (service == NULL && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST)
        return true;
    if (service == NULL)
        return fail("cannot be removed", why, why_size);
    removed = DeleteService(service) || GetLastError() == ERROR_SERVICE_MARKED_FOR_DELETE;
    if (!removed)
        file_say_error("cannot be removed", why, why_size);
    CloseServiceHandle(service);
    for (unsigned waited = 0; removed && service_query(name, &state); waited += POLL_MS) {
        if (waited >= seconds * 1000) {
            text_copy(why, why_size,
                      "is marked for deletion and held open by another program (services.msc?): "
                      "close it");
            return false;
        }
        Sleep(POLL_MS);
    }
    return removed;
}
