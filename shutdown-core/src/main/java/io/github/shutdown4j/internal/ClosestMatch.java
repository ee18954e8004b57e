package io.github.shutdown4j.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that somebody may have meant. */
public final class ClosestMatch {

    private ClosestMatch() {}

    /**
     * The one of {@code known} with the fewest letters to insert, delete or replace, the first of them if several;
     * empty if even that is less than half alike. Words with dots are also compared by their last part alone.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> unlikeness(word, candidate) <= 0.5)
                .min(Comparator.comparingDouble(candidate -> unlikeness(word, candidate)));
    }

    /** 0 for the same word, up to 1; a match of the last part alone comes second. */
    private static double unlikeness(String word, String candidate) {
        String last = candidate.substring(candidate.lastIndexOf('.') + 1);
        double asWhole = share(word, candidate);
        return last.equals(candidate) ? asWhole : Math.min(asWhole, share(word, last) + 0.01);
    }

    private static double share(String a, String b) {
        int longer = Math.max(a.length(), b.length());
        int atLeast = Math.abs(a.length() - b.length());
        if (longer == 0 || atLeast > longer / 2) {
            return longer == 0 ? 0 : 1;
        }
        return (double) distance(a, b) / longer;
    }

    /** The Levenshtein distance: how many letters to insert, delete or replace. */
    public static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
