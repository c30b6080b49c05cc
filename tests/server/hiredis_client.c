// hiredis as it comes, from C: pipelines of a thousand requests, replies one by one.
//
//   hiredis_client PORT < requests      a request a line, its words without spaces or quotes
//
// Prints a line a reply: its type and its text. Exit status 0 where each request was replied to.
#include <hiredis/hiredis.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kPipeline = 1000, kWordsMax = 64, kLineMax = 65536 };

// As hiredis sends it: an array of bulk strings.
static int append_words(redisContext *context, char *line) {
  const char *words[kWordsMax];
  int count = 0;
  for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
    if (count == kWordsMax) return REDIS_ERR;
    words[count++] = word;
  }
  return redisAppendCommandArgv(context, count, words, NULL);
}

static int print_reply(redisContext *context) {
  void *got = NULL;
  if (redisGetReply(context, &got) != REDIS_OK) {
    fprintf(stderr, "no reply: %s\n", context->errstr);
    return REDIS_ERR;
  }
  const redisReply *reply = got;
  switch (reply->type) {
    case REDIS_REPLY_STATUS:
      printf("status %s\n", reply->str);
      break;
    case REDIS_REPLY_ERROR:
      printf("error %s\n", reply->str);
      break;
    case REDIS_REPLY_INTEGER:
      printf("integer %lld\n", reply->integer);
      break;
    case REDIS_REPLY_STRING:
      printf("bulk %s\n", reply->str);
      break;
    case REDIS_REPLY_ARRAY:
      printf("array %zu\n", (size_t)reply->elements);
      break;
    default:
      printf("type %d\n", reply->type);
  }
  freeReplyObject(got);
  return REDIS_OK;
}

static int take_replies(redisContext *context, int count) {
  for (int i = 0; i < count; ++i) {
    if (print_reply(context) != REDIS_OK) return REDIS_ERR;
  }
  return REDIS_OK;
}

static int talk(redisContext *context) {
  static char line[kLineMax];
  int waiting = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (append_words(context, line) != REDIS_OK) return REDIS_ERR;
    if (++waiting < kPipeline) continue;
    if (take_replies(context, waiting) != REDIS_OK) return REDIS_ERR;
    waiting = 0;
  }
  return take_replies(context, waiting);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  redisContext *const context = redisConnect("127.0.0.1", atoi(arguments[1]));
  if (context == NULL || context->err != 0) {
    fprintf(stderr, "no connection: %s\n", context == NULL ? "no memory" : context->errstr);
    return 3;
  }
  const int status = talk(context);
  redisFree(context);
  return status == REDIS_OK ? 0 : 1;
}
