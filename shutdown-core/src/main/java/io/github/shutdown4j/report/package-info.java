/** What a shutdown did: outcomes, reports and timelines, and the work that was still unfinished. */
@NullMarked
package io.github.shutdown4j.report;

import org.jspecify.annotations.NullMarked;
