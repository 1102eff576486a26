// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";

/// @dev Takes a little, with all the gas that it is given.
contract Glutton {
    uint256 private waste;

    receive() external payable {
        while (true) ++waste;
    }
}

/// @dev Takes nothing.
contract Refuser {
    receive() external payable {
        revert("refused");
    }
}

/// @title The treasury of the whole network, spoken to as the leases and the settlement do.
abstract contract TreasuryFixture is DevicesFixture {
    uint256 internal constant MONTH = 30 days;

    function setUpTreasury() internal {
        setUpNetwork();
    }

    function instance(uint256 number) internal view returns (InstanceKey) {
        return InstanceKey.wrap(bytes32(bytes20(alice)) | bytes32(number));
    }

    function one(uint32 device, uint24 id, uint96 amount)
        internal
        view
        returns (ITreasury.Payment[] memory payments)
    {
        payments = new ITreasury.Payment[](1);
        payments[0] = ITreasury.Payment(instance(1), device, id, amount);
    }

    function shareIncome(uint256 period, ITreasury.Payment[] memory payments) internal {
        uint256 sum = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            sum += payments[i].amount;
        }
        vm.deal(System.LEASES, System.LEASES.balance + sum);
        vm.prank(System.LEASES);
        TREASURY.shareIncome{ value: sum }(period, payments);
    }

    function receiveEmission(uint256 period, uint256 amount, uint256 unearned) internal {
        vm.deal(System.SETTLEMENT, amount);
        vm.prank(System.SETTLEMENT);
        TREASURY.receiveEmission{ value: amount }(period, unearned);
    }

    function payCredit(uint256 month, uint256 amount) internal returns (uint256) {
        vm.prank(System.SETTLEMENT);
        return TREASURY.payCredit(0, instance(1), month, amount);
    }
}
