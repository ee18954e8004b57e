package io.github.shutdown4j.examples.backend.web;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;

/** Makes the OpenAPI document of the table of routes; the schemas come from the records themselves. */
final class OpenApi {

    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private final Components components = new Components();

    private OpenApi() {}

    static OpenAPI of(List<Route> table) {
        OpenApi maker = new OpenApi();
        OpenAPI document = new OpenAPI()
                .info(new Info().title("Example backend of shutdown4j").version("1"))
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

    private Operation operation(Route route) {
        Operation operation = new Operation()
                .summary(route.summary())
                .operationId(route.method().name().toLowerCase(Locale.ROOT)
                        + route.path().replaceAll("\\W+", "_"))
                .responses(responses(route.answers()));
        Matcher names = PATH_PARAMETER.matcher(route.path());
        while (names.find()) {
            operation.addParametersItem(new Parameter()
                    .in("path")
                    .name(names.group(1))
                    .required(true)
                    .schema(schema(String.class)));
        }
        for (Route.Parameter parameter : route.parameters()) {
            operation.addParametersItem(new Parameter()
                    .in("query")
                    .name(parameter.name())
                    .description(parameter.meaning())
                    .schema(schema(parameter.type())));
        }
        route.body()
                .ifPresent(type -> operation.requestBody(
                        new RequestBody().required(true).content(content("application/json", type))));
        return operation;
    }

    private ApiResponses responses(List<Route.Answer> answers) {
        ApiResponses responses = new ApiResponses();
        for (Route.Answer answer : answers) {
            ApiResponse response = new ApiResponse().description(answer.meaning());
            String media = answer.status() < 400 ? "application/json" : Problem.MEDIA_TYPE;
            answer.type().ifPresent(type -> response.content(content(media, type)));
            responses.addApiResponse(Integer.toString(answer.status()), response);
        }
        return responses;
    }

    private Content content(String media, Class<?> type) {
        return new Content().addMediaType(media, new MediaType().schema(schema(type)));
    }

    private Schema<?> schema(Class<?> type) {
        ResolvedSchema resolved =
                ModelConverters.getInstance().resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
        resolved.referencedSchemas.forEach(components::addSchemas);
        return resolved.schema;
    }
}
