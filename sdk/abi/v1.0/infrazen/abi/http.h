/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/http.h: infrazen.http/1, HTTP owned by the host.
 *
 * The host verifies TLS, keeps connections and HTTP/2 streams, retries transient failures with full jitter, honours
 * Retry-After, shares the provider account's rate budget, refuses hosts outside manifest ∩ operator's approval, caps bodies,
 * and can record and replay for tests. A connector starts many requests and waits for any: fan-out that reads as
 * straight-line code.
 *
 *   handle a = start(…), b = start(…);  while (open) { wait_any → handle; read body; release; }
 */
#ifndef INFRAZEN_ABI_HTTP_H
#define INFRAZEN_ABI_HTTP_H

#include <infrazen/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZ_SERVICE_HTTP_1 "infrazen.http/1"

typedef struct iz_http_header {
    iz_str name;
    iz_str value;
} iz_http_header;

/* How the host authenticates a request with the named secret (auth_ref). The connector never sees the value. */
#define IZ_AUTH_NONE         0u
#define IZ_AUTH_BEARER       1u /* Authorization: Bearer <secret>                                                  */
#define IZ_AUTH_BASIC        2u /* the secret is "user:password"                                                    */
#define IZ_AUTH_HEADER       3u /* <auth_name>: <secret>                                                            */
#define IZ_AUTH_FORM         4u /* form field <auth_name>=<secret> is added to an x-www-form-urlencoded body         */
#define IZ_AUTH_AWS_SIGV4    5u /* the secret is "key:secret"; auth_name is "region:service"                         */
#define IZ_AUTH_JSON         6u /* each "${secret:<name>}" in a JSON string of the body is replaced, escaped; auth_ref null */
#define IZ_AUTH_TOKEN        7u /* a token kept by keep_token below, which auth_ref names: Authorization: Bearer <token>, or
                                   with auth_name <auth_name>: <token>; IZ_ERR_INTERNAL when none was kept so          */

#define IZ_HTTP_NO_RETRY     1u /* flag: one attempt only (a request that is not idempotent)                        */
#define IZ_HTTP_HTTP2        2u /* flag: HTTP/2 is needed (gRPC); trailers are delivered with the headers            */
#define IZ_HTTP_STREAM       4u /* flag: deliver the body as it arrives; body_max is ignored                         */

typedef struct iz_http_request {
    uint32_t              struct_size;
    uint32_t              flags;       /* IZ_HTTP_*                                                              */
    iz_str                method;      /* "GET", "POST", …                                                       */
    iz_str                url;         /* absolute; https, or http to loopback when the operator allowed it       */
    const iz_http_header *headers;
    uint32_t              header_count;
    uint32_t              header_stride;
    iz_str                body;        /* bytes; copied                                                           */
    uint32_t              auth;        /* IZ_AUTH_*                                                               */
    uint32_t              reserved;
    iz_str                auth_ref;    /* the secret's name                                                       */
    iz_str                auth_name;   /* see IZ_AUTH_*                                                           */
    int64_t               deadline_ms; /* for the whole request with its retries; 0 = 60 s                        */
    uint64_t              body_max;    /* most bytes of answer; 0 = 64 MiB; beyond → IZ_ERR_PERMANENT               */
    void                 *user;        /* handed back in the response                                             */
    iz_str                keep_token;  /* where a 2xx answer has a token: a JSON pointer into the body ("/access_token"), or
                                          without a leading "/" the name of a response header ("X-Subject-Token", in any
                                          case). The host keeps it until the run ends, as <keep_token_as> for
                                          IZ_AUTH_TOKEN, and masks it in what the connector reads. IZ_ERR_PERMANENT when
                                          there is none. Not with IZ_HTTP_STREAM                                        */
    iz_str                keep_token_as; /* null if and only if keep_token is                                           */
} iz_http_request;

typedef struct iz_http_response {
    uint32_t              struct_size;
    uint32_t              status;      /* HTTP status of the last attempt; 0 = none came (see wait_any's error)        */
    uint32_t              attempts;
    uint32_t              header_count;
    const iz_http_header *headers;     /* names in lower case, trailers last; valid until release                      */
    uint32_t              header_stride;
    uint32_t              complete;    /* 1 = the whole body was delivered                                             */
    iz_str                body;        /* the body; with IZ_HTTP_STREAM the bytes that came since the read before. Valid
                                          until the next call for this handle                                         */
    void                 *user;
} iz_http_response;

/* The error that wait_any fills for a handle: transport failures (TRANSIENT), 429 (RATE_LIMITED), 401/403 (AUTH), other 4xx
 * (PERMANENT), 5xx after the last retry (TRANSIENT), host not allowed (CONFIG). The response is filled as far as it came. */
typedef struct iz_http_1 {
    uint32_t struct_size;
    uint32_t parallel; /* most requests under way at once; further ones wait in the host */
    void    *context;

    /* [any] Starts a request; *handle is its non-zero name. Returns at once. */
    int32_t (*start)(void *context, const iz_http_request *request, uint64_t *handle, iz_error *error);

    /* [any] Waits until one of this process's handles is done (or, with IZ_HTTP_STREAM, has new bytes). *handle says which.
     * Returns that request's outcome: 0 for 2xx and 3xx-after-redirects, else its class with *error filled.
     * IZ_ERR_PERMANENT with *handle = 0 when nothing is under way; IZ_ERR_CANCELLED with *handle = 0 when cancelled. */
    int32_t (*wait_any)(void *context, uint64_t *handle, iz_error *error);

    /* [any] Looks at a finished (or streaming) request. */
    int32_t (*read)(void *context, uint64_t handle, iz_http_response *response, iz_error *error);

    /* [any] Ends a handle and frees what it held; one still under way is aborted. */
    void (*release)(void *context, uint64_t handle);
} iz_http_1;

#ifdef __cplusplus
}
#endif
#endif
