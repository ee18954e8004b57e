package io.github.shutdown4j.examples.backend.web;

import java.util.ArrayList;
import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

import io.github.shutdown4j.examples.backend.web.Problem.FieldError;

/** The project data of a client. */
record ProjectInput(
        @Schema(requiredMode = RequiredMode.REQUIRED, minLength = 1, maxLength = ProjectInput.LONGEST_NAME)
        String name,

        @Schema(maxLength = ProjectInput.LONGEST_DESCRIPTION)
        String description) {

    static final int LONGEST_NAME = 100;
    static final int LONGEST_DESCRIPTION = 1_000;

    /** With blanks removed at both ends; a missing description is an empty one. */
    ProjectInput checked() throws InvalidInput {
        String givenName = name == null ? "" : name.strip();
        String givenDescription = description == null ? "" : description.strip();
        List<FieldError> errors = new ArrayList<>();
        if (givenName.isEmpty()) {
            errors.add(new FieldError("name", "must not be missing or blank"));
        }
        if (givenName.length() > LONGEST_NAME) {
            errors.add(new FieldError("name", "must have at most " + LONGEST_NAME + " characters"));
        }
        if (givenDescription.length() > LONGEST_DESCRIPTION) {
            errors.add(new FieldError("description", "must have at most " + LONGEST_DESCRIPTION + " characters"));
        }
        if ((givenName + givenDescription).indexOf('\0') >= 0) {
            errors.add(new FieldError("name", "must not contain the character 0, which a database cannot keep"));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return new ProjectInput(givenName, givenDescription);
    }
}
