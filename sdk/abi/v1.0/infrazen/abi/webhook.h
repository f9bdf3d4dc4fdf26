/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/webhook.h: infrazen.webhook/1, an extension by which a connector understands what its provider posts.
 *
 * LIFE OF AN EVENT
 *   A provider posts to the daemon's listener, POST /hooks/<connection>. The daemon authenticates the request (a signature, a
 *   token, or this extension's check), writes it into its inbox and answers; what comes twice is kept once. Only then it is
 *   handled: by a targeted sync, or, if the manifest says that the connector handles events, by handle() in a run of its own.
 *
 *   connector->extension(self, "infrazen.webhook/1") returns this table. A run calls either check() or handle(), for one or
 *   several requests one after another, on the run thread, between create() and destroy(); never sync() besides.
 *   What an event says is a hint by a stranger: fetch what it names from the provider rather than believe it.
 */
#ifndef INFRAZEN_ABI_WEBHOOK_H
#define INFRAZEN_ABI_WEBHOOK_H

#include <infrazen/abi/base.h>
#include <infrazen/abi/http.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZ_EXTENSION_WEBHOOK_1 "infrazen.webhook/1"

#define IZ_WEBHOOK_EVENT_ID_SIZE 256

/* One request as it came. All memory is the host's and valid until the call returns. */
typedef struct iz_webhook_request {
    uint32_t              struct_size;
    uint32_t              header_count;
    iz_str                method;        /* "POST"                                                                 */
    iz_str                path;          /* "/hooks/<connection>", decoded                                         */
    iz_str                query;         /* what stood behind the '?', as sent; null = there was none              */
    const iz_http_header *headers;       /* names in lower case, in the order they came. check(): all of them;
                                            handle(): content-type and those that the manifest names               */
    uint32_t              header_stride;
    uint32_t              reserved;
    iz_str                body;          /* bytes, exactly as they came                                            */
    int64_t               received_us;   /* when it came, microseconds since the epoch                             */
} iz_webhook_request;

/* Whose event it is, in memory of the CALLER of check(). Events with the same id on one connection are one event. */
typedef struct iz_webhook_identity {
    uint32_t struct_size;
    uint32_t reserved;
    char     event_id[IZ_WEBHOOK_EVENT_ID_SIZE]; /* UTF-8, zero-terminated; left empty: the daemon takes the delivery header
                                                    or the field that the operator named, else a hash of the body  */
} iz_webhook_identity;

/* One event of the inbox. */
typedef struct iz_webhook_event {
    uint32_t                  struct_size;
    uint32_t                  attempt;  /* 1 for the first time, more after failures                               */
    iz_str                    event_id;
    iz_str                    stream;   /* the manifest's webhook.stream, under whose lease the run is             */
    const iz_webhook_request *request;
} iz_webhook_event;

typedef struct iz_webhook_1 {
    uint32_t struct_size;
    uint32_t reserved;

    /* [main] The connector's own authentication of a request, where the operator chose scheme "connector". Returns 0 to accept,
     * IZ_ERR_AUTH to refuse (the message goes to the journal, never to the sender, who learns only 401), another class when
     * it cannot be decided now (the sender is answered 503 and comes again). Compare signatures in constant time. The sink
     * takes nothing. NULL: the connector has no such check. */
    int32_t (*check)(void *self, const iz_webhook_request *request, iz_webhook_identity *identity, iz_error *error);

    /* [main] Handles one event: pushes resources, retirements, logs and other records through infrazen.sink/1, as a targeted
     * sync does. Scopes and marks are refused (IZ_ERR_PERMANENT): when this returns 0 the host marks, and all that was pushed
     * becomes durable in one transaction that also notes the event as done. Returning anything else leaves nothing of it: the
     * event is tried again with growing delays and in the end set aside as dead, with the message; IZ_ERR_PERMANENT and
     * IZ_ERR_CONFIG set it aside at once. An event that means nothing to the connector is a success. NULL: the connector
     * handles none, and events are targeted syncs. */
    int32_t (*handle)(void *self, const iz_webhook_event *event, iz_error *error);
} iz_webhook_1;

#ifdef __cplusplus
}
#endif
#endif
