/* SPDX-License-Identifier: MIT */
/* Why a transfer failed, for people: the cause as libcurl has it, and what to look at next. */
#include "http_curl.h"

#include "deadline.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static long job_number(const struct http_job *job, CURLINFO info)
{
    long number = 0;

    curl_easy_getinfo(job->easy, info, &number);
    return number;
}

/* What the proxy answered to CONNECT, when that is where it ended. */
static void explain_refusal(const struct http_job *job, long status, char *text, size_t size)
{
    const char *next = "it does not let requests to this host through; ask its administrator for "
                       "that";

    if (status == 407 && job->settings->proxy_user == NULL)
        next = "Proxy Authentication Required; set network.proxy_user and network.proxy_secret";
    else if (status == 407)
        next = "it takes no Basic or Digest with this user and password; correct "
               "network.proxy_user or the secret of network.proxy_secret";
    else if (status >= 500)
        next = "it cannot reach this host; check the host's name, and the proxy's own way out";
    snprintf(text, size, "%ld: %s", status, next);
}

/* Between us and the tunnel. */
static void explain_proxy(const struct http_job *job, CURLcode code, char *text, size_t size)
{
    long status = job_number(job, CURLINFO_HTTP_CONNECTCODE);
    const char *next = NULL;

    if (status != 0) {
        explain_refusal(job, status, text, size);
        return;
    }
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY: next = "check network.proxy and DNS"; break;
    case CURLE_COULDNT_CONNECT:
        next = "check the host and port of network.proxy, and the firewall";
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        next = "check whether network.proxy is to begin with http://, and tls.ca_file";
        break;
    default: next = "check whether an HTTP proxy listens on the port of network.proxy"; break;
    }
    snprintf(text, size, "%s; %s", job->error[0] != '\0' ? job->error : curl_easy_strerror(code),
             next);
}

/* What to look at when a certificate is not accepted, by OpenSSL's X509_V_ERR_ numbers. 1 is what
 * libcurl begins with: the chain was not at fault. */
static const char *certificate_advice(const struct http_job *job)
{
    switch (job_number(job, CURLINFO_SSL_VERIFYRESULT)) {
    case 0:
    case 1: return "; it is another host's certificate: check DNS, and what answers there";
    case 9:
    case 10: return "; check this host's clock, then the server's certificate";
    case 2:
    case 18:
    case 19:
    case 20:
    case 21: return "; if a proxy opens TLS here, put its authority's certificate in tls.ca_file";
    default: return "";
    }
}

static const char *advice(const struct http_job *job, CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return job->settings->proxy == NULL ? "; check DNS, or set network.proxy if there is one"
                                            : "; check DNS";
    case CURLE_COULDNT_CONNECT: return "; check the firewall, and whether a proxy is needed";
    case CURLE_PEER_FAILED_VERIFICATION: return certificate_advice(job);
    case CURLE_SSL_CACERT_BADFILE:
        return "; install the system's root certificates (package ca-certificates)";
    case CURLE_SSL_CONNECT_ERROR: return "; TLS 1.2 or later must be spoken there";
    default: return "";
    }
}

static const char *plain_cause(const struct http_job *job, CURLcode code)
{
    if (job->too_large)
        return "the answer is longer than 4 MiB";
    if (job->sent && code == CURLE_ABORTED_BY_CALLBACK)
        return "the connection ended without an answer"; /* and the POST was not sent again */
    return job->error[0] != '\0' ? job->error : curl_easy_strerror(code);
}

void http_job_cause(const struct http_job *job, CURLcode code, char *text, size_t size)
{
    bool tunnel = job_number(job, CURLINFO_HTTP_CONNECTCODE) / 100 == 2;

    text[0] = '\0';
    if (job->proxied && !tunnel && !job->sent && !job->too_large && code != CURLE_OUT_OF_MEMORY) {
        snprintf(text, size,
                 "proxy %.60s: ", job->settings->proxy); /* the cause needs room as well */
        explain_proxy(job, code, text + strlen(text), size - strlen(text));
        return;
    }
    snprintf(text, size, "%s%s", plain_cause(job, code), job->sent ? "" : advice(job, code));
}

/* Where it was when time was up. */
static const char *late_place(const struct http_job *job)
{
    if (job->sent)
        return "";
    if (job->resolving)
        return job->proxied ? ": the proxy's name was not found in time; check DNS"
                            : ": its name was not found in time; check DNS";
    if (job->connecting_ms == 0)
        return ": others were using all connections to this host";
    return job->proxied
               ? ": the proxy does not answer, or not to CONNECT; check network.proxy and the "
                 "firewall"
               : ": nothing answers, or not with TLS; check the firewall, and whether a proxy is "
                 "needed";
}

void http_job_late_cause(const struct http_job *job, char *text, size_t size)
{
    snprintf(text, size, "%s within %llu ms%s", job->sent ? "no complete answer" : "no connection",
             (unsigned long long)(clock_monotonic_ms() - job->started_ms), late_place(job));
}
