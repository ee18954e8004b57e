package io.github.shutdown4j.examples.backend.jobs;

/**
 * Scripts for atomic operations in Redis: check the owner of an entry and act on it. With two commands, an entry that another
 * instance has claimed in between would be taken from it, or a consumer would be deleted with a new entry.
 *
 * <p>All begin with KEYS[1] the stream and ARGV[1] the group.
 */
final class JobScripts {

    /**
     * An entry that was deleted from the stream, or trimmed away, while it was pending has no job any more. It is
     * acknowledged wherever it is met. Redis 6 would hand it out again and again as nothing; later ones forget it when it
     * is claimed.
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
     * Gives up to ARGV[4] entries of consumer ARGV[5] that were idle for ARGV[3] ms to consumer ARGV[2], as a delivery.
     * Returns the entries, and how many had been deleted.
     */
    static final String CLAIM = DELETED + """
            local claimed = {}
            local found = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4], ARGV[5])
            for _, pending in ipairs(found) do
              if not is_deleted(pending[1]) then
                claimed[#claimed + 1] = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, pending[1])[1]
              end
            end
            return {claimed, deleted}
            """;

    /**
     * Moves those entries of consumer ARGV[2] that were idle for ARGV[3] ms to consumer ARGV[4], as if idle for ARGV[5] ms,
     * with ARGV[6] deliveries taken off. Their ids are the rest. Returns how many, and how many had been deleted.
     */
    static final String MOVE = DELETED + """
            local moved = 0
            for i = 7, #ARGV do
              local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[i], ARGV[i], 1, ARGV[2])[1]
              if pending and not is_deleted(ARGV[i]) then
                redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[4], 0, ARGV[i], 'IDLE', ARGV[5],
                    'RETRYCOUNT', math.max(0, pending[4] - ARGV[6]), 'JUSTID')
                moved = moved + 1
              end
            end
            return {moved, deleted}
            """;

    /**
     * Makes those of these entries that consumer ARGV[2] still has look as if it had just got them. Returns how many, and
     * how many had been deleted.
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
     * Moves entry ARGV[4] to the stream KEYS[2] if consumer ARGV[2] has it and it was idle for ARGV[3] ms; ARGV[5] says
     * why. Returns 1 if so, and 0 for whoever comes second; then whether it had been deleted.
     */
    static final String BURY = DELETED + """
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
     * Acknowledges entry ARGV[2] and deletes it. Not a transaction: that answers EXECABORT for whatever was wrong, and
     * whether to try again depends on what it was.
     */
    static final String DONE = """
            redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
            return redis.call('XDEL', KEYS[1], ARGV[2])
            """;

    /** Deletes consumer ARGV[2] unless it has entries: those would be lost with it. Returns 1 if it is gone. */
    static final String DELETE_CONSUMER = """
            if redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])[1] then return 0 end
            redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
            return 1
            """;

    private JobScripts() {}
}
