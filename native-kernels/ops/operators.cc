#include "ops/operators.h"

#include <cstring>

namespace ssm {

const Operator& SelectiveScanOperator();
const Operator& CausalConv1dOperator();
const Operator& StateSpaceDualOperator();
const Operator& SelectiveScan2dOperator();
const Operator& DiagonalStateSpaceOperator();
const Operator& GatedRmsNormOperator();
const Operator& Wkv6Operator();
const Operator& Wkv7Operator();

const std::vector<const Operator*>& Operators() {
  static const std::vector<const Operator*> operators = {&SelectiveScanOperator(),      &CausalConv1dOperator(), &StateSpaceDualOperator(), &SelectiveScan2dOperator(),
                                                         &DiagonalStateSpaceOperator(), &GatedRmsNormOperator(), &Wkv6Operator(),           &Wkv7Operator()};
  return operators;
}

const Operator* FindOperator(const char* name) {
  for (const Operator* op : Operators()) {
    if (std::strcmp(op->name, name) == 0) return op;
  }
  return nullptr;
}

}  // namespace ssm
