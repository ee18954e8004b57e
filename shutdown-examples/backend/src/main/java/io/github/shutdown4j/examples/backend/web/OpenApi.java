package io.github.shutdown4j.examples.backend.web;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.tags.Tag;

/** Creates the OpenAPI document from the table of routes; the schemas are derived from the records. */
final class OpenApi {

    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private final Components components = new Components();

    private OpenApi() {}

    static OpenAPI of(List<Route> table) {
        OpenApi maker = new OpenApi();
        OpenAPI document = new OpenAPI()
                .info(info())
                .tags(table.stream()
                        .map(Route::tag)
                        .distinct()
                        .map(name -> new Tag().name(name))
                        .toList())
                .components(maker.components);
        for (Route route : table) {
            PathItem item =
                    document.getPaths() == null ? null : document.getPaths().get(route.path());
            PathItem known = item == null ? new PathItem() : item;
            known.operation(PathItem.HttpMethod.valueOf(route.method().name()), maker.operation(route));
            document.path(route.path(), known);
        }
        return document;
    }

    /** Contains the name of the instance that has responded. */
    private static Info info() {
        Info info = new Info().title("Example backend of shutdown4j").version("1");
        String instance = System.getenv("INSTANCE");
        if (instance != null && !instance.isBlank()) {
            info.addExtension("x-instance", instance);
        }
        return info;
    }

    private Operation operation(Route route) {
        Operation operation = new Operation()
                .addTagsItem(route.tag())
                .summary(route.summary())
                .operationId(route.method().name().toLowerCase(Locale.ROOT)
                        + route.path().replaceAll("\\W+", "_"))
                .responses(responses(route));
        Matcher names = PATH_PARAMETER.matcher(route.path());
        while (names.find()) {
            operation.addParametersItem(new Parameter()
                    .in("path")
                    .name(names.group(1))
                    .required(true)
                    .schema(new StringSchema()));
        }
        for (Route.Parameter parameter : route.parameters()) {
            operation.addParametersItem(new Parameter()
                    .in(parameter.in())
                    .name(parameter.name())
                    .description(parameter.meaning())
                    .schema(parameter.schema()));
        }
        route.body()
                .ifPresent(type -> operation.requestBody(
                        new RequestBody().required(true).content(content(Route.JSON, schema(type)))));
        return operation;
    }

    private ApiResponses responses(Route route) {
        ApiResponses responses = new ApiResponses();
        for (Route.Answer answer : route.answers()) {
            ApiResponse response = response(answer);
            boolean located = answer.status() == 201 || answer.status() == 202 || answer.status() == 303;
            responses.addApiResponse(Integer.toString(answer.status()), located ? located(response) : response);
        }
        if (route.body().isPresent()) {
            responses.addApiResponse("413", problem("the body is longer than " + WebServer.LONGEST_BODY + " bytes"));
        }
        if (route.counted()) {
            String reason = route.stores() ? "shutting down, or PostgreSQL or Redis is not available" : "shutting down";
            responses.addApiResponse(
                    "503",
                    problem(reason)
                            .addHeaderObject(
                                    "Retry-After",
                                    new Header().description("in seconds").schema(new IntegerSchema())));
            responses.addApiResponse("500", problem("an internal error; the log has it under requestId"));
        }
        return responses;
    }

    private ApiResponse response(Route.Answer answer) {
        ApiResponse response = new ApiResponse().description(answer.meaning());
        Optional<Schema<?>> schema = answer.type().map(this::schema);
        if (!answer.media().isEmpty()) {
            response.content(content(answer.media(), schema.orElseGet(StringSchema::new)));
        }
        return response;
    }

    private static ApiResponse located(ApiResponse response) {
        return response.addHeaderObject("Location", new Header().schema(new StringSchema()));
    }

    private ApiResponse problem(String meaning) {
        return new ApiResponse().description(meaning).content(content(Problem.MEDIA_TYPE, schema(Problem.class)));
    }

    private static Content content(String media, Schema<?> schema) {
        return new Content().addMediaType(media, new MediaType().schema(schema));
    }

    private Schema<?> schema(Class<?> type) {
        ResolvedSchema resolved =
                ModelConverters.getInstance().resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        resolved.referencedSchemas.forEach(components::addSchemas);
        return resolved.schema;
    }
}
