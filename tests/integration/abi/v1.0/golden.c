/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * A connector that uses every service of this release of the ABI, and nothing else. It is built once, from the frozen
 * headers beside it, and the binary is kept: tests/integration/abi runs it in today's connector-host. What it does is
 * logged, a line a step, so that the test can tell what a host no longer does.
 */
#include <infrazen/abi/http.h>
#include <infrazen/abi/module.h>
#include <infrazen/abi/note.h>
#include <infrazen/abi/services.h>
#include <infrazen/abi/sink.h>
#include <infrazen/abi/webhook.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct golden {
    const iz_host         *host;
    const iz_config_1     *config;
    const iz_secrets_1    *secrets;
    const iz_files_1      *files;
    const iz_checkpoint_1 *checkpoint;
    const iz_log_1        *log;
    const iz_cancel_1     *cancel;
    const iz_clock_1      *clock;
    const iz_progress_1   *progress;
    const iz_http_1       *http;
    const iz_sink_1       *sink;
};

static iz_str str(const char *text)
{
    iz_str out;
    out.ptr = text;
    out.len = text == NULL ? 0 : strlen(text);
    return out;
}

static void say(struct golden *g, const char *step, const char *what, uint64_t length)
{
    char   line[512];
    iz_str text;
    int    size = snprintf(line, sizeof line, "%s: %.*s", step, (int)(length < 400 ? length : 400), what);
    text.ptr = line;
    text.len = (uint64_t)size;
    g->log->write(g->log->context, IZ_LOG_INFO, text);
}

static void say_number(struct golden *g, const char *step, long long number)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", number);
    say(g, step, text, strlen(text));
}

static iz_error fresh_error(void)
{
    iz_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    return error;
}

static int32_t fail(iz_error *error, int32_t error_class, const char *message)
{
    error->error_class = (uint32_t)error_class;
    snprintf(error->message, sizeof error->message, "%s", message);
    return error_class;
}

/* ---- the services, one after another ---- */

static int32_t visit(void *user, const iz_file_entry *entry)
{
    struct golden *g = (struct golden *)user;
    iz_error       error = fresh_error();
    int32_t        fd = -1;
    char           text[64];
    ssize_t        got;
    say(g, "file", entry->path.ptr, entry->path.len);
    say_number(g, "file size", (long long)entry->size);
    if (g->files->open(g->files->context, str("path"), entry->path, &fd, &error) != IZ_OK) return 1;
    got = read(fd, text, sizeof text);
    close(fd);
    if (got >= 0) say(g, "file content", text, (uint64_t)got);
    return 0;
}

static int32_t small_services(struct golden *g, iz_error *error)
{
    uint8_t  signature[32];
    uint64_t length = 0;
    iz_str   value;
    int32_t  result;
    value = g->config->get(g->config->context, str("greeting"));
    say(g, "setting", value.ptr, value.len);
    value = g->config->json(g->config->context);
    say(g, "settings", value.ptr, value.len);
    value = g->config->connection(g->config->context);
    say(g, "connection", value.ptr, value.len);
    say_number(g, "has secret", g->secrets->has(g->secrets->context, str("key")));
    result = g->secrets->sign(g->secrets->context, str("key"), IZ_SIGN_HMAC_SHA256, str("data"), signature, sizeof signature,
                              &length, error);
    if (result != IZ_OK) return result;
    say_number(g, "signature", (long long)length);
    say_number(g, "signature begins", signature[0]);
    result = g->secrets->reveal(g->secrets->context, str("key"), &value, error);
    if (result != IZ_OK) return result;
    say_number(g, "revealed", (long long)value.len);
    result = g->files->list(g->files->context, str("path"), g, visit, error);
    if (result != IZ_OK) return result;
    value = g->checkpoint->load(g->checkpoint->context);
    say(g, "checkpoint", value.ptr == NULL ? "null" : value.ptr, value.ptr == NULL ? 4 : value.len);
    result = g->checkpoint->save(g->checkpoint->context, str("golden"), error);
    if (result != IZ_OK) return result;
    say_number(g, "cancelled", g->cancel->requested(g->cancel->context));
    say_number(g, "cancel descriptor", g->cancel->fd(g->cancel->context) >= 0);
    say_number(g, "clock", g->clock->now_us(g->clock->context) > 1700000000000000LL);
    result = g->clock->sleep_ms(g->clock->context, 1, error);
    if (result != IZ_OK) return result;
    g->progress->report(g->progress->context, 1, 1, str("half"));
    say_number(g, "unknown service", g->host->service(g->host->context, str("infrazen.nothing/9")) == NULL);
    return IZ_OK;
}

static int32_t ask(struct golden *g, iz_error *error)
{
    iz_http_header   header;
    iz_http_request  request;
    iz_http_response response;
    uint64_t         asked = 0, answered = 0;
    uint32_t         i;
    int32_t          result;
    header.name = str("x-golden");
    header.value = str("1");
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = str("POST");
    request.url = str("https://api.golden.example/v1/things?page=1");
    request.headers = &header;
    request.header_count = 1;
    request.header_stride = sizeof header;
    request.body = str("{}");
    request.auth = IZ_AUTH_BEARER;
    request.auth_ref = str("key");
    request.user = g;
    request.keep_token = str("/token");
    request.keep_token_as = str("session");
    result = g->http->start(g->http->context, &request, &asked, error);
    if (result != IZ_OK) return result;
    result = g->http->wait_any(g->http->context, &answered, error);
    if (result != IZ_OK) return result;
    memset(&response, 0, sizeof response);
    response.struct_size = sizeof response;
    result = g->http->read(g->http->context, answered, &response, error);
    if (result != IZ_OK) return result;
    say_number(g, "http handle", answered == asked && response.user == (void *)g);
    say_number(g, "http status", response.status);
    say_number(g, "http complete", response.complete);
    say(g, "http body", response.body.ptr, response.body.len);
    for (i = 0; i < response.header_count; ++i) {
        const iz_http_header *one = (const iz_http_header *)((const char *)response.headers + (size_t)i * response.header_stride);
        if (one->name.len == 8 && memcmp(one->name.ptr, "x-answer", 8) == 0) say(g, "http header", one->value.ptr, one->value.len);
    }
    g->http->release(g->http->context, answered);
    say_number(g, "http parallel", g->http->parallel > 0);
    return IZ_OK;
}

static int32_t push_resource(struct golden *g, const char *scope, const char *id, iz_error *error)
{
    iz_column      columns[5];
    iz_str         cells[5];
    iz_batch       batch;
    const uint64_t position = 7;
    memset(columns, 0, sizeof columns);
    columns[0].field = IZ_RESOURCE_TYPE;
    columns[1].field = IZ_RESOURCE_EXTERNAL_ID;
    columns[2].field = IZ_RESOURCE_ACCOUNT_ID;
    columns[3].field = IZ_RESOURCE_NAME;
    columns[4].field = IZ_FIELD_EXTENSION;
    columns[4].name = str("colour");
    cells[0] = str("thing");
    cells[1] = str(id);
    cells[2] = str("a-1");
    cells[3] = str(NULL);
    cells[4] = str("gold");
    memset(&batch, 0, sizeof batch);
    batch.struct_size = sizeof batch;
    batch.kind = IZ_KIND_RESOURCE;
    batch.scope = str(scope);
    batch.origin = str("golden.c");
    batch.columns = columns;
    batch.column_count = 5;
    batch.column_stride = sizeof columns[0];
    batch.cells = cells;
    batch.row_count = 1;
    batch.positions = &position;
    return g->sink->push(g->sink->context, &batch, error);
}

static int32_t push_metrics(struct golden *g, iz_error *error)
{
    const int32_t     deltas[2] = {60000, 60000};
    const double      values[3] = {1.5, 2.5, 3.5};
    iz_metric_segment segment;
    memset(&segment, 0, sizeof segment);
    segment.struct_size = sizeof segment;
    segment.count = 3;
    segment.resource_type = str("thing");
    segment.external_id = str("t-1");
    segment.metric_name = str("cpu_utilization");
    segment.metric_unit = str("percent");
    segment.t0_us = 1788220800000000LL;
    segment.delta_ms = deltas;
    segment.values = values;
    return g->sink->push_metrics(g->sink->context, &segment, 1, sizeof segment, error);
}

static int32_t records(struct golden *g, iz_error *error)
{
    iz_finding finding;
    int32_t    result = g->sink->open_scope(g->sink->context, IZ_KIND_RESOURCE, str("all"), error);
    if (result == IZ_OK) result = push_resource(g, "all", "t-1", error);
    if (result == IZ_OK) result = push_metrics(g, error);
    if (result != IZ_OK) return result;
    memset(&finding, 0, sizeof finding);
    finding.struct_size = sizeof finding;
    finding.severity = IZ_SEVERITY_NOTICE;
    finding.rule = str("golden");
    finding.message = str("a finding of a golden connector");
    result = g->sink->report(g->sink->context, &finding, error);
    if (result == IZ_OK) result = g->sink->close_scope(g->sink->context, IZ_KIND_RESOURCE, str("all"), error);
    if (result == IZ_OK) result = g->sink->mark(g->sink->context, str("page-2"), error);
    return result;
}

/* ---- the connector ---- */

static void *create(const iz_host *host, iz_error *error)
{
    struct golden *g = (struct golden *)calloc(1, sizeof *g);
    if (g == NULL) return NULL;
    g->host = host;
    g->config = (const iz_config_1 *)host->service(host->context, str(IZ_SERVICE_CONFIG_1));
    g->secrets = (const iz_secrets_1 *)host->service(host->context, str(IZ_SERVICE_SECRETS_1));
    g->files = (const iz_files_1 *)host->service(host->context, str(IZ_SERVICE_FILES_1));
    g->checkpoint = (const iz_checkpoint_1 *)host->service(host->context, str(IZ_SERVICE_CHECKPOINT_1));
    g->log = (const iz_log_1 *)host->service(host->context, str(IZ_SERVICE_LOG_1));
    g->cancel = (const iz_cancel_1 *)host->service(host->context, str(IZ_SERVICE_CANCEL_1));
    g->clock = (const iz_clock_1 *)host->service(host->context, str(IZ_SERVICE_CLOCK_1));
    g->progress = (const iz_progress_1 *)host->service(host->context, str(IZ_SERVICE_PROGRESS_1));
    g->http = (const iz_http_1 *)host->service(host->context, str(IZ_SERVICE_HTTP_1));
    g->sink = (const iz_sink_1 *)host->service(host->context, str(IZ_SERVICE_SINK_1));
    if (g->config == NULL || g->secrets == NULL || g->files == NULL || g->checkpoint == NULL || g->log == NULL ||
        g->cancel == NULL || g->clock == NULL || g->progress == NULL || g->http == NULL || g->sink == NULL) {
        fail(error, IZ_ERR_CONFIG, "a service of ABI 1.0 is missing");
        free(g);
        return NULL;
    }
    return g;
}

static int32_t run_sync(void *self, const iz_sync_request *request, iz_error *error)
{
    struct golden *g = (struct golden *)self;
    int32_t        result;
    say(g, "stream", request->stream.ptr, request->stream.len);
    say(g, "cursor", request->cursor.ptr, request->cursor.len);
    say_number(g, "mode", request->mode);
    say_number(g, "targets", request->target_count);
    if (request->target_count > 0) {
        const iz_target *last = (const iz_target *)((const char *)request->targets +
                                                    (size_t)(request->target_count - 1) * request->target_stride);
        say(g, "last target", last->external_id.ptr, last->external_id.len);
    }
    result = small_services(g, error);
    if (result == IZ_OK) result = ask(g, error);
    if (result == IZ_OK) result = records(g, error);
    return result;
}

static int32_t check(void *self, const iz_check_request *request, iz_error *error)
{
    iz_check_result result;
    (void)self;
    (void)error;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.verdict = IZ_CHECK_PASSED;
    result.subject = str("golden");
    result.detail = str("is what it was");
    request->report(request->context, &result);
    return IZ_OK;
}

static void destroy(void *self)
{
    free(self);
}

static int32_t webhook_check(void *self, const iz_webhook_request *request, iz_webhook_identity *identity, iz_error *error)
{
    struct golden *g = (struct golden *)self;
    say(g, "posted to", request->path.ptr, request->path.len);
    if (request->body.len == 0) return fail(error, IZ_ERR_AUTH, "an empty event");
    snprintf(identity->event_id, sizeof identity->event_id, "event-%u", (unsigned)request->body.len);
    return IZ_OK;
}

static int32_t webhook_handle(void *self, const iz_webhook_event *event, iz_error *error)
{
    struct golden *g = (struct golden *)self;
    say(g, "event", event->event_id.ptr, event->event_id.len);
    say(g, "event body", event->request->body.ptr, event->request->body.len);
    say_number(g, "event header", event->request->header_count);
    return push_resource(g, NULL, "t-2", error);
}

static const iz_webhook_1 webhook = {sizeof(iz_webhook_1), 0, webhook_check, webhook_handle};

static const void *extension(void *self, iz_str id)
{
    (void)self;
    if (id.len == sizeof IZ_EXTENSION_WEBHOOK_1 - 1 && memcmp(id.ptr, IZ_EXTENSION_WEBHOOK_1, id.len) == 0) return &webhook;
    return NULL;
}

static const iz_connector connector = {sizeof(iz_connector), 0, create, run_sync, check, destroy, extension};

#define MANIFEST                                                                                                         \
    "{\"manifest\":1,\"id\":\"golden\",\"version\":\"1.0.0\",\"title\":\"Golden\",\"settings\":{\"greeting\":{\"type\":" \
    "\"string\"},\"path\":{\"type\":\"path\"}},\"secrets\":{\"key\":{\"reveal\":true}},\"hosts\":[\"api.golden.example\"]," \
    "\"extension_columns\":[{\"name\":\"colour\",\"type\":\"text\"}],\"streams\":{\"inventory\":{\"interval\":\"1h\","     \
    "\"kinds\":[\"resource\",\"metric\"]}}}"

IZ_NOTE("golden", "1.0.0");
const iz_module infrazen_module_v1 = {sizeof(iz_module),          IZ_ABI_MINOR, {"golden", 6}, {"1.0.0", 5},
                                      {MANIFEST, sizeof MANIFEST - 1}, &connector};
