/* SPDX-License-Identifier: MIT */
/* GETs by libcurl alone, with the options that cost time set as the agent sets them. */
#include "reader.h"
#include "deadline.h"
#include "samples.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t discard(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    *(size_t *)context += size * count;
    return size * count;
}

/* "Authorization: Bearer ..." out of the file; NULL without it. */
static struct curl_slist *read_token(const char *path)
{
    static char header[40 * 1024] = "Authorization: Bearer ";
    size_t used = strlen(header);
    FILE *file = fopen(path, "rb");

    if (file == NULL || fgets(header + used, (int)(sizeof header - used), file) == NULL)
        used = 0;
    if (file != NULL)
        fclose(file);
    header[strcspn(header, "\r\n")] = '\0';
    return used > 0 ? curl_slist_append(NULL, header) : NULL;
}

static bool get(CURL *curl)
{
    long status = 0;

    return curl_easy_perform(curl) == CURLE_OK &&
           curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
}

int reader_run(size_t calls, const struct reader *reader)
{
    struct curl_slist *headers = read_token(reader->token_file);
    double *all = malloc(calls * sizeof *all);
    struct samples samples = {.callers = 1, .count = calls, .microseconds = all};
    CURL *curl = curl_easy_init();
    size_t received = 0;
    uint64_t start = 0;
    int code = 1;

    if (headers == NULL || all == NULL || curl == NULL || calls == 0)
        goto out;
    curl_easy_setopt(curl, CURLOPT_URL, reader->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CAINFO, reader->ca_file);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    if (!get(curl))
        goto out;
    start = clock_monotonic_us();
    for (size_t i = 0; i < calls; i++) {
        uint64_t began = clock_monotonic_us();

        samples.failures += !get(curl);
        all[i] = (double)(clock_monotonic_us() - began);
    }
    samples.elapsed_us = clock_monotonic_us() - start;
    samples_print(&samples);
    code = samples.failures == 0 ? 0 : 1;
out:
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    free(all);
    return code;
}
