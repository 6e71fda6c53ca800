package core

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/rest"
)

// The objects that tell k8s.io/apiserver's admission plugins what to refuse.
// The defaults follow k8s.io/kubernetes pkg/apis/admissionregistration/v1
// (Apache-2.0); its validation is not here: what is wrong in an object shows
// when it is used, and its failurePolicy decides then.

func init() {
	utilruntime.Must(admissionv1.AddToScheme(Scheme))
	internal := schema.GroupVersion{Group: admissionv1.GroupName, Version: runtime.APIVersionInternal}
	for _, s := range admissionSpecs {
		Scheme.AddKnownTypes(internal, s.newObj(), s.newList())
		Scheme.AddTypeDefaultingFunc(s.newObj(), defaultAdmission)
		Scheme.AddTypeDefaultingFunc(s.newList(), func(list interface{}) {
			_ = meta.EachListItem(list.(runtime.Object), func(o runtime.Object) error {
				defaultAdmission(o)
				return nil
			})
		})
	}
	utilruntime.Must(Scheme.SetVersionPriority(admissionv1.SchemeGroupVersion))
}

func defaultAdmission(o interface{}) {
	switch c := o.(type) {
	case *admissionv1.ValidatingWebhookConfiguration:
		for i := range c.Webhooks {
			w := &c.Webhooks[i]
			defaultWebhook(&w.FailurePolicy, &w.MatchPolicy, &w.NamespaceSelector, &w.ObjectSelector, &w.TimeoutSeconds, w.Rules)
		}
	case *admissionv1.MutatingWebhookConfiguration:
		for i := range c.Webhooks {
			w := &c.Webhooks[i]
			defaultWebhook(&w.FailurePolicy, &w.MatchPolicy, &w.NamespaceSelector, &w.ObjectSelector, &w.TimeoutSeconds, w.Rules)
			set(&w.ReinvocationPolicy, admissionv1.NeverReinvocationPolicy)
		}
	case *admissionv1.ValidatingAdmissionPolicy:
		set(&c.Spec.FailurePolicy, admissionv1.Fail)
		defaultMatch(c.Spec.MatchConstraints)
	case *admissionv1.MutatingAdmissionPolicy:
		set(&c.Spec.FailurePolicy, admissionv1.Fail)
		defaultMatch(c.Spec.MatchConstraints)
	case *admissionv1.ValidatingAdmissionPolicyBinding:
		defaultMatch(c.Spec.MatchResources)
	case *admissionv1.MutatingAdmissionPolicyBinding:
		defaultMatch(c.Spec.MatchResources)
	}
}

// set gives *p a value where it has none.
func set[T any](p **T, value T) {
	if *p == nil {
		*p = &value
	}
}

func defaultWebhook(failure **admissionv1.FailurePolicyType, match **admissionv1.MatchPolicyType, namespaces, objects **metav1.LabelSelector,
	seconds **int32, rules []admissionv1.RuleWithOperations) {
	set(failure, admissionv1.Fail)
	set(match, admissionv1.Equivalent)
	set(namespaces, metav1.LabelSelector{})
	set(objects, metav1.LabelSelector{})
	set(seconds, 10)
	for i := range rules {
		set(&rules[i].Scope, admissionv1.AllScopes)
	}
}

func defaultMatch(m *admissionv1.MatchResources) {
	if m == nil {
		return
	}
	set(&m.MatchPolicy, admissionv1.Equivalent)
	set(&m.NamespaceSelector, metav1.LabelSelector{})
	set(&m.ObjectSelector, metav1.LabelSelector{})
	for _, rules := range [][]admissionv1.NamedRuleWithOperations{m.ResourceRules, m.ExcludeResourceRules} {
		for i := range rules {
			set(&rules[i].Scope, admissionv1.AllScopes)
		}
	}
}

// AdmissionStorage returns the map for the v1 version of admissionregistration.k8s.io.
func AdmissionStorage(getter generic.RESTOptionsGetter) (map[string]rest.Storage, error) {
	return storage(admissionSpecs, getter)
}

var admissionSpecs = []spec{
	{
		group: admissionv1.GroupName, plural: "validatingwebhookconfigurations", singular: "validatingwebhookconfiguration",
		newObj:  func() runtime.Object { return &admissionv1.ValidatingWebhookConfiguration{} },
		newList: func() runtime.Object { return &admissionv1.ValidatingWebhookConfigurationList{} },
	},
	{
		group: admissionv1.GroupName, plural: "mutatingwebhookconfigurations", singular: "mutatingwebhookconfiguration",
		newObj:  func() runtime.Object { return &admissionv1.MutatingWebhookConfiguration{} },
		newList: func() runtime.Object { return &admissionv1.MutatingWebhookConfigurationList{} },
	},
	{
		group: admissionv1.GroupName, plural: "validatingadmissionpolicies", singular: "validatingadmissionpolicy",
		newObj:  func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicy{} },
		newList: func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicyList{} },
	},
	{
		group: admissionv1.GroupName, plural: "validatingadmissionpolicybindings", singular: "validatingadmissionpolicybinding",
		newObj:  func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicyBinding{} },
		newList: func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicyBindingList{} },
	},
	{
		group: admissionv1.GroupName, plural: "mutatingadmissionpolicies", singular: "mutatingadmissionpolicy",
		newObj:  func() runtime.Object { return &admissionv1.MutatingAdmissionPolicy{} },
		newList: func() runtime.Object { return &admissionv1.MutatingAdmissionPolicyList{} },
	},
	{
		group: admissionv1.GroupName, plural: "mutatingadmissionpolicybindings", singular: "mutatingadmissionpolicybinding",
		newObj:  func() runtime.Object { return &admissionv1.MutatingAdmissionPolicyBinding{} },
		newList: func() runtime.Object { return &admissionv1.MutatingAdmissionPolicyBindingList{} },
	},
}
