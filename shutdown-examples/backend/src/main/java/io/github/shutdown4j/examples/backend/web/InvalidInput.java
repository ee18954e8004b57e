package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.github.shutdown4j.examples.backend.web.Problem.FieldError;

/** Well-formed but invalid input: a 400 that names all invalid fields. */
final class InvalidInput extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    InvalidInput(List<FieldError> errors) {
        super(errors.toString());
        this.errors = errors;
    }

    InvalidInput(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    List<FieldError> errors() {
        return errors;
    }
}
