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
#include "server.h"
#include "sim.h"
#include "text.h"

enum { EXIT_USAGE = 2, FILE_MOST = 16 * 1024 * 1024 };

struct options {
    const char *scenario, *port_file, *certificate, *key, *log;
    unsigned port;
    bool verbose, watch_stdin;
};

static const char usage[] =
    "usage: armsim --scenario FILE --cert FILE --key FILE [options]\n"
    "\n"
    "Simulates the token endpoint of Entra ID and Azure Resource Manager for the\n"
    "Managed Instance link, over HTTPS on 127.0.0.1.\n"
    "\n"
    "  --scenario FILE   what exists and what goes wrong (JSON; see README.md)\n"
    "  --cert FILE       server certificate, PEM (make-cert makes one)\n"
    "  --key FILE        its private key, PEM\n"
    "  --port N          port to listen on; 0, the default, takes any\n"
    "  --port-file FILE  gets the port, in one step, once armsim listens\n"
    "  --log FILE        gets one line of JSON a request\n"
    "  --verbose         one line a request on standard error\n"
    "  --stdin           also stop when standard input ends\n"
    "  --help            this text\n"
    "\n"
    "Stops on SIGTERM and SIGINT. Exit status: 0 stopped, 1 could not run, 2 wrong\n"
    "usage or scenario, 3 out of memory.\n";

static bool read_port(const char *text, unsigned *port)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);
    *port = (unsigned)value;
    return *text && !*end && value >= 0 && value <= 65535;
}

/* -1: go on; else the exit status. */
static int read_options(int count, char **arguments, struct options *options)
{
    static const struct option known[] = {{"scenario", required_argument, NULL, 's'},
                                          {"cert", required_argument, NULL, 'c'},
                                          {"key", required_argument, NULL, 'k'},
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
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
        case 'l': options->log = optarg; break;
        case 'v': options->verbose = true; break;
        case 'i': options->watch_stdin = true; break;
        case 'p':
            if (read_port(optarg, &options->port))
                break;
            fprintf(stderr, "armsim: --port takes a number from 0 to 65535\n");
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

static bool serve(struct sim *sim, const struct options *options, int signals)
{
    struct server *server = NULL;
    bool good = false;
    char *certificate = read_file(options->certificate), *key = read_file(options->key);
    if (!certificate || !key || !open_log(&sim->log, options->log))
        goto out;
    errno = 0;
    server = server_new(sim, options->port, certificate, key);
    if (!server) {
        fprintf(stderr, "armsim: cannot listen on 127.0.0.1:%u with %s and %s: %s\n", options->port,
                options->certificate, options->key,
                errno ? strerror(errno) : "is the certificate that of the key?");
        goto out;
    }
    if (options->port_file && !write_port(options->port_file, sim->port))
        goto out;
    if (options->verbose)
        fprintf(stderr, "armsim  listening on https://127.0.0.1:%u\n", sim->port);
    wait_for_end(signals, options->watch_stdin);
    good = true;
out:
    clock_stop();
    server_free(server);
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
    status = read_scenario(options.scenario, &scenario);
    if (status) {
        scenario_clear(&scenario);
        return status;
    }
    int signals = catch_signals();
    struct sim *sim = text_memory(1, sizeof *sim);
    clock_start();
    sim_init(sim, &scenario);
    sim->log.trace = options.verbose;
    status = serve(sim, &options, signals) ? 0 : 1;
    sim_clear(sim);
    free(sim);
    close(signals);
    return status;
}
