package io.github.shutdown4j.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a misspelled word most likely stands for. */
public final class ClosestMatch {

    private ClosestMatch() {}

    /**
     * Returns the known word with the smallest edit distance, the first one of several; empty if more than half of the
     * characters differ. Words with dots are also compared by their last part alone.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> dissimilarity(word, candidate) <= 0.5)
                .min(Comparator.comparingDouble(candidate -> dissimilarity(word, candidate)));
    }

    /** 0 for equal words, at most 1; a match of the last part alone ranks second. */
    private static double dissimilarity(String word, String candidate) {
        String last = candidate.substring(candidate.lastIndexOf('.') + 1);
        double asWhole = relativeDistance(word, candidate);
        return last.equals(candidate) ? asWhole : Math.min(asWhole, relativeDistance(word, last) + 0.01);
    }

    private static double relativeDistance(String a, String b) {
        int longer = Math.max(a.length(), b.length());
        int atLeast = Math.abs(a.length() - b.length());
        if (longer == 0 || atLeast > longer / 2) {
            return longer == 0 ? 0 : 1;
        }
        return (double) distance(a, b) / longer;
    }

    /** The Levenshtein distance: the number of characters to insert, delete or replace. */
    public static int distance(String a, String b) {
        int[] previousRow = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previousRow[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previousRow[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previousRow[j], row[j - 1]));
            }
            previousRow = row;
        }
        return previousRow[b.length()];
    }
}
