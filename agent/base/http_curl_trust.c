/* SPDX-License-Identifier: MIT */
/* What TLS of a transfer trusts: the system's roots, as libcurl finds them, and besides them
 * those of ca_file and those that came with the agent. */
#include "http_curl.h"

#include "crypto.h"
#include "secret_file.h"
#include "tls_trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    HTTP_ROOTS_BYTES = 4 * 1024 * 1024, /* all roots of the world are a quarter of a MiB */
    HTTP_PATH_SIZE = 1024,
    HTTP_ROOTS_S = 3600 /* how long roots of the system are good once read */
};

struct http_roots {
    STACK_OF(X509) * certificates;
};

/* Whether reading ended because nothing follows. Leaves no error behind for libcurl to find. */
static bool is_end(void)
{
    unsigned long error = ERR_peek_last_error();

    ERR_clear_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/* Takes every certificate of a PEM text; what is no certificate (comments, other blocks) is passed
 * over. False with a text in why that continues the file's name. */
static bool roots_parse(struct http_roots *roots, const struct trusted_file *file, char *why,
                        size_t why_size)
{
    BIO *bytes = BIO_new_mem_buf(file->bytes, (int)file->length);
    X509 *certificate = NULL;
    int count = 0;
    bool taken = bytes != NULL;

    while (taken && (certificate = PEM_read_bio_X509(bytes, NULL, NULL, NULL)) != NULL) {
        taken = sk_X509_push(roots->certificates, certificate) > 0;
        if (!taken)
            X509_free(certificate);
        count++;
    }
    BIO_free(bytes);
    if (!taken)
        snprintf(why, why_size, "memory ran out");
    else if (!is_end())
        snprintf(why, why_size, "certificate %d in it is damaged; replace it", count + 1);
    else if (count == 0)
        snprintf(why, why_size,
                 "holds no certificate; name a PEM file (-----BEGIN CERTIFICATE-----)");
    else
        return true;
    return false;
}

static bool roots_read(struct http_roots *roots, const char *key, const char *path, char *why,
                       size_t why_size)
{
    struct trusted_file file = {.path = path, .size = HTTP_ROOTS_BYTES};
    char flaw[160] = "memory ran out";
    bool read = false;

    file.bytes = malloc(file.size);
    read = file.bytes != NULL && trusted_file_read(&file, flaw, sizeof flaw) &&
           roots_parse(roots, &file, flaw, sizeof flaw);
    if (!read)
        snprintf(why, why_size, "%s %s: %s", key, path, flaw);
    free(file.bytes);
    return read;
}

struct http_roots *http_roots_new(const char *ca_file, char *why, size_t why_size)
{
    char bundled[HTTP_PATH_SIZE];
    struct http_roots *roots = calloc(1, sizeof *roots);

    if (roots != NULL)
        roots->certificates = sk_X509_new_null();
    if (roots == NULL || roots->certificates == NULL) {
        snprintf(why, why_size, "memory ran out");
        goto out;
    }
    if ((!tls_trust_bundled_file(bundled, sizeof bundled) ||
         roots_read(roots, "the agent's own file", bundled, why, why_size)) &&
        (ca_file == NULL || roots_read(roots, "tls.ca_file", ca_file, why, why_size)))
        return roots;
out:
    http_roots_free(roots);
    return NULL;
}

void http_roots_free(struct http_roots *roots)
{
    if (roots == NULL)
        return;
    sk_X509_pop_free(roots->certificates, X509_free);
    free(roots);
}

/* libcurl calls it for each TLS session that begins, when the system's roots are in the session's
 * store. It may keep that store for the next session: a certificate that is in it already is not
 * added again. */
static CURLcode roots_add(CURL *easy, void *context, void *argument)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    const struct http_roots *roots = argument;

    (void)easy;
    for (int i = 0; i < sk_X509_num(roots->certificates); i++)
        if (X509_STORE_add_cert(store, sk_X509_value(roots->certificates, i)) != 1)
            return CURLE_OUT_OF_MEMORY;
    return CURLE_OK;
}

#define SET(option, value) (curl_easy_setopt(job->easy, option, value) == CURLE_OK)

/* Where the system's roots are in a file, the directory that may be configured beside it is left
 * out: with it, libcurl would read and parse every root again for each connection instead of
 * keeping them. */
static bool job_set_roots(struct http_job *job)
{
    if (!SET(CURLOPT_CA_CACHE_TIMEOUT, (long)HTTP_ROOTS_S) ||
        !SET(CURLOPT_SSL_CTX_FUNCTION, roots_add) ||
        !SET(CURLOPT_SSL_CTX_DATA, (void *)job->settings->roots))
        return false;
    return curl_version_info(CURLVERSION_NOW)->cainfo == NULL ||
           (SET(CURLOPT_CAPATH, NULL) && SET(CURLOPT_PROXY_CAPATH, NULL));
}

bool http_job_set_tls(struct http_job *job)
{
    long options = tls_trust_native() ? CURLSSLOPT_NATIVE_CA : 0;

    return SET(CURLOPT_SSL_VERIFYPEER, 1L) && SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           SET(CURLOPT_SSL_OPTIONS, options) && SET(CURLOPT_PROXY_SSL_VERIFYPEER, 1L) &&
           SET(CURLOPT_PROXY_SSL_VERIFYHOST, 2L) &&
           SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           SET(CURLOPT_PROXY_SSL_OPTIONS, options) && job_set_roots(job);
}
