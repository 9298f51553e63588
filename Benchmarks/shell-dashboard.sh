# What mem0top replaces: the queue, the dead letters and the log, by the tools that every machine has.
cat "$1/mem0_queue.json" | head -c 2000
python3 -c "
import json, sys, time
now = time.time()
for item in json.load(open('$1/mem0_queue_dlq.json'))['items'][:12]:
    due = item['last_attempt'] + min(2 ** item['retry_count'] * 30, 3600)
    print(item['id'][:8], item['project_id'], item['retry_count'], round(due - now))"
tail -n 20 "$1/logs/mem0_worker.log" | grep project
