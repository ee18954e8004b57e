/** The results of a shutdown: outcomes, reports, timelines and unfinished work. */
@NullMarked
package io.github.shutdown4j.report;

import org.jspecify.annotations.NullMarked;
