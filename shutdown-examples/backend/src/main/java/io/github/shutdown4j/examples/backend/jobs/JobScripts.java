package io.github.shutdown4j.examples.backend.jobs;

/**
 * Scripts for atomic operations in Redis: check the owner of an entry and act on it. With two commands, an entry that another
 * instance has claimed in between would be taken from it, or a consumer would be deleted with a new entry.
 *
 * <p>All begin with KEYS[1] the stream and ARGV[1] the group.
 */
final class JobScripts {

    /**
     * An entry that was deleted or trimmed from the stream while it was pending has no job any more. Each script
     * acknowledges it. Redis 6 would deliver it repeatedly without fields; later versions remove it when it is claimed.
     */
    private static final String DELETED = """
            local deleted = 0
            local function is_deleted(id)
              if redis.call('XRANGE', KEYS[1], id, id)[1] then return false end
              deleted = deleted + redis.call('XACK', KEYS[1], ARGV[1], id)
              return true
            end
            """;

    /**
     * Claims up to ARGV[4] entries of consumer ARGV[5] that were idle for ARGV[3] ms for consumer ARGV[2], counted as a
     * delivery. If it were the delivery number ARGV[6] of one of them, none is claimed, and that one is made to look as
     * if idle for ARGV[7] ms. Returns the entries, the number of deleted ones, and the one that was not claimed.
     */
    static final String CLAIM = DELETED + """
            local claimed = {}
            local found = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4], ARGV[5])
            for _, pending in ipairs(found) do
              if pending[4] + 1 >= tonumber(ARGV[6]) and not is_deleted(pending[1]) then
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[5], 0, pending[1], 'IDLE', ARGV[7],
                    'RETRYCOUNT', pending[4], 'JUSTID')
                return {claimed, deleted, pending[1]}
              end
            end
            for _, pending in ipairs(found) do
              if not is_deleted(pending[1]) then
                local entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, pending[1])[1]
                entry[3] = pending[4] + 1
                claimed[#claimed + 1] = entry
              end
            end
            return {claimed, deleted}
            """;

    /** Claims entry ARGV[3] of consumer ARGV[4] for consumer ARGV[2], counted as a delivery. Returns the same as CLAIM. */
    static final String CLAIM_ONE = DELETED + """
            local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[4])[1]
            if not pending or is_deleted(ARGV[3]) then return {{}, deleted} end
            local entry = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3])[1]
            entry[3] = pending[4] + 1
            return {{entry}, deleted}
            """;

    /**
     * Moves those entries of consumer ARGV[2] that were idle for ARGV[3] ms to consumer ARGV[4], as if idle for ARGV[5]
     * ms, with their delivery counts reduced by ARGV[6]. Their ids are the remaining arguments. Entries with another
     * delivery count than ARGV[7], unless that is empty, are not moved. Returns the number of moved and of deleted entries.
     */
    static final String MOVE = DELETED + """
            local moved = 0
            for i = 8, #ARGV do
              local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[i], ARGV[i], 1, ARGV[2])[1]
              local is_other = pending and ARGV[7] ~= '' and pending[4] ~= tonumber(ARGV[7])
              if pending and not is_other and not is_deleted(ARGV[i]) then
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[4], 0, ARGV[i], 'IDLE', ARGV[5],
                    'RETRYCOUNT', math.max(0, pending[4] - ARGV[6]), 'JUSTID')
                moved = moved + 1
              end
            end
            return {moved, deleted}
            """;

    /**
     * Resets the idle time of those entries that consumer ARGV[2] still has. Returns the number of refreshed and of
     * deleted entries.
     */
    static final String TOUCH = DELETED + """
            local touched = 0
            for i = 3, #ARGV do
              local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])[1]
              if pending and not is_deleted(ARGV[i]) then
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
                touched = touched + 1
              end
            end
            return {touched, deleted}
            """;

    /**
     * Moves entry ARGV[4] to the stream KEYS[2] if consumer ARGV[2] has it and it was idle for ARGV[3] ms; ARGV[5] is
     * the reason. Returns 1 if it was moved and 0 for a second caller; then whether it had been deleted.
     */
    static final String MOVE_TO_DEAD_LETTERS = DELETED + """
            local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[4], ARGV[4], 1, ARGV[2])[1]
            if not pending or is_deleted(ARGV[4]) then return {0, deleted} end
            local letter = {'XADD', KEYS[2], '*', 'stream', KEYS[1], 'entry', ARGV[4], 'deliveries', pending[4],
                'reason', ARGV[5]}
            for _, part in ipairs(redis.call('XRANGE', KEYS[1], ARGV[4], ARGV[4])[1][2]) do
              letter[#letter + 1] = part
            end
            redis.call(unpack(letter))
            redis.call('XACK', KEYS[1], ARGV[1], ARGV[4])
            redis.call('XDEL', KEYS[1], ARGV[4])
            return {1, deleted}
            """;

    /**
     * Acknowledges entry ARGV[2] and deletes it. Not a transaction: its error is always EXECABORT, and whether to retry
     * depends on the actual error.
     */
    static final String DONE = """
            redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
            return redis.call('XDEL', KEYS[1], ARGV[2])
            """;

    /** Deletes consumer ARGV[2] unless it has entries: those would be lost with it. Returns 1 if it was deleted. */
    static final String DELETE_CONSUMER = """
            if redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])[1] then return 0 end
            redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
            return 1
            """;

    private JobScripts() {}
}
