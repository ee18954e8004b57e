/**
 * The examples that the Javadoc prints, one class for each package, so that they compile. They stand outside the packages
 * that they show, as the code of an application does. SnippetsTest compares them; nothing here is run.
 */
package io.github.shutdown4j.snippets;
