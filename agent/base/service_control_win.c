/* SPDX-License-Identifier: MIT */
/* Asks the Service Control Manager. */
#include "service_control.h"

#include "file_access.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { POLL_MS = 100, PRESHUTDOWN_MS = 15000, DAY_S = 86400, MARKED_S = 30 };

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

static bool is_delayed(SC_HANDLE service)
{
    SERVICE_DELAYED_AUTO_START_INFO info = {FALSE};
    DWORD size = 0;

    return QueryServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, (BYTE *)&info,
                                sizeof info, &size) &&
           info.fDelayedAutostart;
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
        state->starting = status.dwCurrentState == SERVICE_START_PENDING;
        state->running = status.dwCurrentState == SERVICE_RUNNING ||
                         status.dwCurrentState == SERVICE_START_PENDING;
        if (status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR)
            state->own_code = status.dwServiceSpecificExitCode;
        if (config != NULL && QueryServiceConfigW(service, config, 8192, &size)) {
            copy_utf8(state->command, sizeof state->command, config->lpBinaryPathName);
            copy_utf8(state->account, sizeof state->account, config->lpServiceStartName);
            state->start = config->dwStartType;
            state->disabled = config->dwStartType == SERVICE_DISABLED;
            state->delayed = is_delayed(service);
        }
    }
    free(config);
    if (service != NULL)
        CloseServiceHandle(service);
    return known;
}

/* ---- making ---- */

static const char marked[] =
    "is marked for deletion and held open by another program (services.msc?): close it";

/* A service whose settings are made, the names of those that this Windows does not know, and the
 * first that failed for another reason. */
struct making {
    SC_HANDLE service;
    char *missing;
    size_t missing_size;
    const char *failed;
    DWORD error;
};

static void set(struct making *making, DWORD level, void *value, const char *name)
{
    if (ChangeServiceConfig2W(making->service, level, value))
        return;
    if (GetLastError() != ERROR_INVALID_LEVEL) {
        if (making->failed == NULL) {
            making->failed = name;
            making->error = GetLastError();
        }
        return;
    }
    if (making->missing[0] != '\0')
        text_append(making->missing, making->missing_size, ", ");
    text_append(making->missing, making->missing_size, name);
}

static void set_failure(struct making *making)
{
    SC_ACTION actions[] = {
        {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30000}, {SC_ACTION_RESTART, 60000}};
    SERVICE_FAILURE_ACTIONSW failure = {DAY_S, NULL, NULL, 3, actions};
    /* An end with a code of its own counts as a failure too, not a crash alone. */
    SERVICE_FAILURE_ACTIONS_FLAG always = {TRUE};

    set(making, SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "failure actions");
    set(making, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &always, "failure flag");
}

static void set_rest(struct making *making, const struct service_wish *wish)
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

/* The service's texts for the wide functions. */
struct wide_wish {
    wchar_t *name, *display, *command, *account;
    DWORD start;
};

/* NULL, with the last error. */
static SC_HANDLE create(SC_HANDLE manager, const struct wide_wish *wish)
{
    return CreateServiceW(manager, wish->name, wish->display, SERVICE_ALL_ACCESS,
                          SERVICE_WIN32_OWN_PROCESS, wish->start, SERVICE_ERROR_NORMAL,
                          wish->command, NULL, NULL, NULL, wish->account, NULL);
}

/* An administrator may have chosen another account: it stays. */
static SC_HANDLE change(SC_HANDLE manager, const struct wide_wish *wish)
{
    SC_HANDLE service = OpenServiceW(manager, wish->name, SERVICE_ALL_ACCESS);
    DWORD error = 0;

    if (service == NULL ||
        ChangeServiceConfigW(service, SERVICE_WIN32_OWN_PROCESS, wish->start, SERVICE_ERROR_NORMAL,
                             wish->command, NULL, NULL, NULL, NULL, NULL, wish->display))
        return service;
    error = GetLastError();
    CloseServiceHandle(service);
    SetLastError(error);
    return NULL;
}

/* One that is marked for deletion goes when the last program that looks at it closes it. */
static SC_HANDLE create_or_change(SC_HANDLE manager, const struct wide_wish *wish)
{
    SC_HANDLE service = create(manager, wish);

    for (unsigned waited = 0;
         service == NULL && GetLastError() == ERROR_SERVICE_MARKED_FOR_DELETE &&
         waited < MARKED_S * 1000;
         waited += POLL_MS) {
        Sleep(POLL_MS);
        service = create(manager, wish);
    }
    return service == NULL && GetLastError() == ERROR_SERVICE_EXISTS ? change(manager, wish)
                                                                     : service;
}

static SC_HANDLE make(const struct service_wish *wish)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    const struct wide_wish wide = {file_wide_path(wish->name), file_wide_path(wish->display),
                                   file_wide_path(wish->command), file_wide_path(wish->account),
                                   wish->start != 0 ? wish->start : SERVICE_AUTO_START};
    SC_HANDLE service = NULL;
    DWORD error = GetLastError();

    if (manager != NULL && wide.name != NULL && wide.display != NULL && wide.command != NULL &&
        wide.account != NULL) {
        service = create_or_change(manager, &wide);
        error = GetLastError();
    }
    free(wide.account);
    free(wide.command);
    free(wide.display);
    free(wide.name);
    if (manager != NULL)
        CloseServiceHandle(manager);
    SetLastError(error);
    return service;
}

bool service_make(const struct service_wish *wish, char *missing, size_t missing_size, char *why,
                  size_t why_size)
{
    struct making making = {make(wish), missing, missing_size, NULL, 0};

    missing[0] = '\0';
    if (making.service == NULL && GetLastError() == ERROR_SERVICE_MARKED_FOR_DELETE) {
        text_copy(why, why_size, marked);
        return false;
    }
    if (making.service == NULL)
        return fail("cannot be made", why, why_size);
    set_rest(&making, wish);
    CloseServiceHandle(making.service);
    if (making.failed == NULL)
        return true;
    snprintf(why, why_size, "does not take its %s: Windows error %lu", making.failed, making.error);
    return false;
}

/* ---- start, stop, removal ---- */

/* Until the service has stopped; or, when it was started, until it runs or has stopped again. False
 * when the time passed or it is gone. */
static bool await(const char *name, bool started, unsigned seconds)
{
    struct service_state state;

    for (unsigned waited = 0; waited < seconds * 1000; waited += POLL_MS) {
        if (!service_query(name, &state))
            return false;
        if (state.stopped || (started && state.running && !state.starting))
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
    started = await(name, true, seconds);
    if (started && service_query(name, &state) && state.running)
        return true;
    if (!started)
        snprintf(why, why_size, "does not run after %u s", seconds);
    else
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
    if (asked && !await(name, false, seconds)) {
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
            text_copy(why, why_size, marked);
            return false;
        }
        Sleep(POLL_MS);
    }
    return removed;
}
