/* SPDX-License-Identifier: MIT */
/* armsim: a simulator of Entra ID and Azure Resource Manager for the Managed Instance link. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "relay.h"
#include "script.h"
#include "server.h"
#include "sim.h"
#include "text.h"

enum { EXIT_USAGE = 2, SLOW_MS = 20, FILE_MOST = 16 * 1024 * 1024 };

struct options {
    const char *scenario, *port_file, *identity_port_file, *certificate, *key, *log, *tls_only;
    const char *script;
    const char *slow_port_file;
    unsigned port, identity_port;
    bool verbose, watch_stdin;
};

static const char usage[] =
    "usage: armsim --scenario FILE --cert FILE --key FILE [options]\n"
    "\n"
    "Simulates the token endpoint of Entra ID and Azure Resource Manager for the\n"
    "Managed Instance link, over HTTPS on 127.0.0.1, and, over HTTP, the service on\n"
    "the machine that hands out tokens (IMDS, Arc).\n"
    "\n"
    "  --scenario FILE   what exists and what goes wrong (JSON; see README.md)\n"
    "  --cert FILE       server certificate, PEM (make-cert makes one)\n"
    "  --key FILE        its private key, PEM\n"
    "  --port N          port to listen on; 0, the default, takes any\n"
    "  --port-file FILE  gets the port, in one step, once armsim listens\n"
    "  --tls-only V      speak TLS 1.1, 1.2 or 1.3 alone; the default is 1.2 and 1.3\n"
    "  --identity-port-file FILE\n"
    "                    have the service on the machine too; FILE gets its port,\n"
    "                    before the other port file appears\n"
    "  --identity-port N the port of that one; 0, the default, takes any\n"
    "  --script FILE     a rehearsal: what changes when, told on standard output\n"
    "                    (see \"Rehearsal\" in README.md)\n"
    "  --slow-port-file FILE\n"
    "                    FILE gets a port where all comes slowly: the handshake, heads\n"
    "                    and bodies, 16 bytes at a time\n"
    "  --log FILE        gets one line of JSON a request\n"
    "  --verbose         one line a request on standard error\n"
    "  --stdin           also stop when standard input ends\n"
    "  --help            this text\n"
    "\n"
    "Stops on SIGTERM and SIGINT. Exit status: 0 stopped, 1 could not run, 2 wrong\n"
    "usage, scenario or script, 3 out of memory.\n";

static bool read_port(const char *text, unsigned *port)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);
    *port = (unsigned)value;
    return *text && !*end && value >= 0 && value <= 65535;
}

static bool is_tls_version(const char *text)
{
    return strcmp(text, "1.1") == 0 || strcmp(text, "1.2") == 0 || strcmp(text, "1.3") == 0;
}

/* -1: go on; else the exit status. */
static int read_options(int count, char **arguments, struct options *options)
{
    static const struct option known[] = {{"scenario", required_argument, NULL, 's'},
                                          {"cert", required_argument, NULL, 'c'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"identity-port", required_argument, NULL, 'P'},
                                          {"identity-port-file", required_argument, NULL, 'F'},
                                          {"slow-port-file", required_argument, NULL, 'w'},
                                          {"tls-only", required_argument, NULL, 't'},
                                          {"script", required_argument, NULL, 'S'},
                                          {"log", required_argument, NULL, 'l'},
                                          {"verbose", no_argument, NULL, 'v'},
                                          {"stdin", no_argument, NULL, 'i'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int key = 0;
    while ((key = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (key) {
        case 's': options->scenario = optarg; break;
        case 'c': options->certificate = optarg; break;
        case 'k': options->key = optarg; break;
        case 'f': options->port_file = optarg; break;
        case 'S': options->script = optarg; break;
        case 'l': options->log = optarg; break;
        case 'v': options->verbose = true; break;
        case 'i': options->watch_stdin = true; break;
        case 'w': options->slow_port_file = optarg; break;
        case 'F': options->identity_port_file = optarg; break;
        case 'p':
        case 'P':
            if (read_port(optarg, key == 'p' ? &options->port : &options->identity_port))
                break;
            fprintf(stderr, "armsim: a port is a number from 0 to 65535\n");
            return EXIT_USAGE;
        case 't':
            options->tls_only = optarg;
            if (is_tls_version(optarg))
                break;
            fprintf(stderr, "armsim: --tls-only takes 1.1, 1.2 or 1.3\n");
            return EXIT_USAGE;
        case 'h': fputs(usage, stdout); return 0;
        default: fputs("Try 'armsim --help'.\n", stderr); return EXIT_USAGE;
        }
    }
    if (optind < count || !options->scenario || !options->certificate || !options->key) {
        fputs("armsim: --scenario, --cert and --key are needed, and nothing else stands alone\n",
              stderr);
        return EXIT_USAGE;
    }
    return -1;
}

/* A file as text, or NULL with a message. New. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0, room = 0;
    if (!file) {
        fprintf(stderr, "armsim: cannot read %s: %s\n", path, strerror(errno));
        return NULL;
    }
    do {
        room += 64 * 1024;
        text = text_grow(text, room + 1, 1);
        used += fread(text + used, 1, room - used, file);
    } while (used == room && room < FILE_MOST);
    text[used] = '\0';
    fclose(file);
    return text;
}

static int read_scenario(const char *path, struct scenario *scenario)
{
    struct field_error error = {{0}};
    char *text = read_file(path);
    if (!text)
        return EXIT_USAGE;
    bool good = scenario_parse(scenario, text, strlen(text), &error);
    if (!good)
        fprintf(stderr, "armsim: %s: %s\n", path, error.text);
    free(text);
    return good ? 0 : EXIT_USAGE;
}

/* Whoever waits for the file never sees half of it. */
static bool write_port(const char *path, unsigned port)
{
    char *draft = text_format("%s.%ld", path, (long)getpid());
    FILE *file = fopen(draft, "w");
    bool good = file && fprintf(file, "%u\n", port) > 0;
    good = (!file || fclose(file) == 0) && good;
    good = good && rename(draft, path) == 0;
    if (!good)
        fprintf(stderr, "armsim: cannot write %s: %s\n", path, strerror(errno));
    free(draft);
    return good;
}

static bool open_log(struct log *log, const char *path)
{
    if (!path)
        return true;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log->file = file < 0 ? NULL : fdopen(file, "a");
    if (!log->file)
        fprintf(stderr, "armsim: cannot write %s: %s\n", path, strerror(errno));
    return log->file != NULL;
}

/* A descriptor that becomes readable on SIGTERM and SIGINT; to be made before any thread. */
static int catch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void wait_for_end(int signals, bool watch_stdin)
{
    struct pollfd watched[2] = {{.fd = signals, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    char ignored[256];
    for (;;) {
        if (poll(watched, watch_stdin ? 2 : 1, -1) < 0 && errno != EINTR)
            return;
        if (watched[0].revents)
            return;
        if (watched[1].revents && read(0, ignored, sizeof ignored) <= 0)
            return;
    }
}

/* NULL, with a message, when it cannot listen. */
static struct server *listen_on(struct sim *sim, const struct options *options,
                                const struct listener *listener)
{
    errno = 0;
    struct server *server = server_new(sim, listener);
    if (!server && listener->certificate)
        fprintf(stderr, "armsim: cannot listen on 127.0.0.1:%u with %s and %s: %s\n",
                listener->port, options->certificate, options->key,
                errno ? strerror(errno) : "is the certificate that of the key?");
    else if (!server)
        fprintf(stderr, "armsim: cannot listen on 127.0.0.1:%u: %s\n", listener->port,
                strerror(errno));
    return server;
}

/* The second listener, that of the identity service; NULL with a message. */
static struct server *serve_identity(struct sim *sim, const struct options *options)
{
    struct listener listener = {.port = options->identity_port};
    struct server *server = listen_on(sim, options, &listener);
    if (!server || write_port(options->identity_port_file, server_port(server)))
        return server;
    server_free(server);
    return NULL;
}

/* Sets script to NULL where none is wanted. False with a message. */
static bool read_script(struct sim *sim, const char *path, struct script **script)
{
    struct field_error error = {{0}};
    *script = NULL;
    char *text = path ? read_file(path) : NULL;
    if (text)
        *script = script_parse(sim, text, &error);
    if (text && !*script)
        fprintf(stderr, "armsim: %s: %s\n", path, error.text);
    free(text);
    return !path || *script;
}

/* The slow road to the server; NULL with a message. */
static struct relay *serve_slowly(struct sim *sim, const struct options *options)
{
    struct relay *relay = relay_new(sim->port, SLOW_MS);
    if (!relay)
        fprintf(stderr, "armsim: cannot listen for slow connections: %s\n", strerror(errno));
    else if (write_port(options->slow_port_file, relay_port(relay)))
        return relay;
    relay_free(relay);
    return NULL;
}

static bool serve(struct sim *sim, const struct options *options, struct script *script,
                  int signals)
{
    struct server *server = NULL, *identity = NULL;
    struct relay *slow = NULL;
    bool good = false;
    char *certificate = read_file(options->certificate), *key = read_file(options->key);
    struct listener listener = {options->port, certificate, key, options->tls_only};
    if (!certificate || !key || !open_log(&sim->log, options->log))
        goto out;
    if (options->identity_port_file && !(identity = serve_identity(sim, options)))
        goto out;
    server = listen_on(sim, options, &listener);
    if (!server)
        goto out;
    sim->port = server_port(server);
    if (options->slow_port_file && !(slow = serve_slowly(sim, options)))
        goto out;
    if (options->port_file && !write_port(options->port_file, sim->port))
        goto out;
    if (options->verbose)
        fprintf(stderr, "armsim  listening on https://127.0.0.1:%u\n", sim->port);
    if (script) {
        printf("armsim listens on https://127.0.0.1:%u\n", sim->port);
        fflush(stdout);
        script_start(script);
    }
    wait_for_end(signals, options->watch_stdin);
    good = true;
out:
    clock_stop();
    relay_free(slow);
    server_free(server);
    server_free(identity);
    free(key);
    free(certificate);
    return good;
}

int main(int count, char **arguments)
{
    struct options options = {0};
    struct scenario scenario = {0};
    int status = read_options(count, arguments, &options);
    if (status >= 0)
        return status;
    clock_start();
    status = read_scenario(options.scenario, &scenario);
    if (status) {
        scenario_clear(&scenario);
        return status;
    }
    int signals = catch_signals();
    struct sim *sim = text_memory(1, sizeof *sim);
    sim_init(sim, &scenario);
    sim->log.trace = options.verbose;
    struct script *script = NULL;
    if (read_script(sim, options.script, &script))
        status = serve(sim, &options, script, signals) ? 0 : 1;
    else
        status = EXIT_USAGE;
    clock_stop();
    script_free(script);
    sim_clear(sim);
    free(sim);
    close(signals);
    return status;
}
