/* SPDX-License-Identifier: MIT */
/* milink-agent service: the agent as a Windows service, which the Service Control Manager starts.
 */
#include "cli.h"
#include "endpoint.h"
#include "event_log.h"
#include "run.h"
#include <stdio.h>
#include <windows.h>

enum { BEAT_MS = 1000, HINT_MS = 5000 };

/* One service a process. The control handler runs on the dispatcher's thread and only sets events;
 * the watcher acts on them and, while the agent starts or stops, tells the manager that it goes on;
 * the service's own thread starts, serves and ends. */
static struct {
    const char *config_file;
    SERVICE_STATUS_HANDLE handle;
    HANDLE stop, reload, ended; /* wishes; the watcher is to end */
    SRWLOCK lock;               /* guards all below */
    DWORD state, checkpoint;
    struct run *run; /* while it serves */
} service = {.lock = SRWLOCK_INIT};

/* ---- what the manager is told ---- */

static void tell(DWORD state, DWORD own_code)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state};

    if (state == SERVICE_RUNNING)
        status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN |
                                    SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
    if (state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING) {
        status.dwWaitHint = HINT_MS;
        status.dwCheckPoint = ++service.checkpoint;
    }
    /* With the failure flag that setup sets, this has the manager start it again. */
    if (own_code != 0) {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = own_code;
    }
    service.state = state;
    SetServiceStatus(service.handle, &status);
}

static void enter(DWORD state, DWORD own_code)
{
    AcquireSRWLockExclusive(&service.lock);
    service.checkpoint = 0;
    tell(state, own_code);
    ReleaseSRWLockExclusive(&service.lock);
}

/* ---- the watcher ---- */

static void beat(void)
{
    AcquireSRWLockExclusive(&service.lock);
    if (service.state != SERVICE_RUNNING)
        tell(service.state, 0);
    ReleaseSRWLockExclusive(&service.lock);
}

/* run is there until this lock is given back. No wish comes before SERVICE_RUNNING: until then none
 * is accepted. */
static void pass_on(bool stop)
{
    AcquireSRWLockExclusive(&service.lock);
    if (service.run != NULL && stop) {
        service.checkpoint = 0;
        tell(SERVICE_STOP_PENDING, 0);
        run_stop(service.run);
    } else if (service.run != NULL)
        run_reload(service.run);
    ReleaseSRWLockExclusive(&service.lock);
}

static DWORD WINAPI watch(void *context)
{
    const HANDLE events[] = {service.ended, service.stop, service.reload};

    (void)context;
    for (;;) {
        switch (WaitForMultipleObjects(3, events, FALSE, BEAT_MS)) {
        case WAIT_OBJECT_0: return 0;
        case WAIT_OBJECT_0 + 1: pass_on(true); break;
        case WAIT_OBJECT_0 + 2: pass_on(false); break;
        default: beat(); break;
        }
    }
}

/* ---- the service's thread ---- */

static DWORD WINAPI on_control(DWORD control, DWORD kind, LPVOID data, LPVOID context)
{
    (void)kind;
    (void)data;
    (void)context;
    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
    case SERVICE_CONTROL_PRESHUTDOWN: SetEvent(service.stop); return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE: SetEvent(service.reload); return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
    default: return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

static void set_run(struct run *run)
{
    AcquireSRWLockExclusive(&service.lock);
    service.run = run;
    ReleaseSRWLockExclusive(&service.lock);
}

static enum run_fault serve(void)
{
    char why[4096];
    enum run_fault fault = RUN_NO_FAULT;
    struct run *run = run_start(service.config_file, false, &fault, why, sizeof why);

    if (run == NULL)
        return fault;
    set_run(run);
    enter(SERVICE_RUNNING, 0);
    run_serve(run);
    /* Asked over the administrators' pipe, it stops without a word from the manager. */
    enter(SERVICE_STOP_PENDING, 0);
    set_run(NULL);
    run_free(run);
    return RUN_NO_FAULT;
}

static void WINAPI service_main(DWORD count, LPSTR *arguments)
{
    enum run_fault fault = RUN_MEMORY;
    HANDLE watcher = NULL;

    (void)count;
    (void)arguments;
    service.handle = RegisterServiceCtrlHandlerExA(MILINK_SERVICE_NAME, on_control, NULL);
    if (service.handle == NULL)
        return;
    enter(SERVICE_START_PENDING, 0);
    watcher = CreateThread(NULL, 0, watch, NULL, 0, NULL);
    if (watcher != NULL) {
        fault = serve();
        SetEvent(service.ended);
        WaitForSingleObject(watcher, INFINITE);
        CloseHandle(watcher);
    }
    event_log_close();
    enter(SERVICE_STOPPED, fault);
}

int cli_service(const char *config_file)
{
    static char name[] = MILINK_SERVICE_NAME;
    const SERVICE_TABLE_ENTRYA table[] = {{name, service_main}, {NULL, NULL}};
    DWORD error = 0;

    service.config_file = config_file;
    service.stop = CreateEventA(NULL, FALSE, FALSE, NULL);
    service.reload = CreateEventA(NULL, FALSE, FALSE, NULL);
    service.ended = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (service.stop == NULL || service.reload == NULL || service.ended == NULL) {
        fputs("milink-agent service: memory ran out\n", stderr);
        return CLI_FAILED;
    }
    event_log_open();
    if (StartServiceCtrlDispatcherA(table))
        return CLI_DONE;
    error = GetLastError();
    event_log_close();
    if (error == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
        fputs("milink-agent service: Windows starts this, as the service " MILINK_SERVICE_NAME
              "; in a console use milink-agent run\n",
              stderr);
    else
        fprintf(stderr, "milink-agent service: Windows error %lu\n", error);
    return CLI_FAILED;
}
