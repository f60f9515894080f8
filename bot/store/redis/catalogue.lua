-- KEYS documents, known
return {redis.call('HGET', KEYS[2], 'revision') or '', redis.call('HVALS', KEYS[1])}
