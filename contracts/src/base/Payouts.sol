// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Payments that a receiver can neither block nor make expensive.
/// @dev A push gets 30,000 gas; what the receiver refuses is kept until it collects it.
abstract contract Payouts {
    /// @custom:storage-location erc7201:nexqloud.storage.Payouts
    struct PayoutsStorage {
        mapping(address receiver => uint256) owed;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Payouts")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant PAYOUTS_STORAGE =
        0x135188e217373d3b7584507aae4330625a81c689f54c201acba7029e09998100;

    uint256 private constant PUSH_GAS = 30_000;
    /// @dev What a push may cost in all: a value transfer to an account that does not exist yet (36,600), the gas that
    /// is passed on with the 1/64 that stays behind (EIP-150), and keeping the payment when it is refused.
    uint256 private constant PUSH_COST = 36_600 + (PUSH_GAS * 64) / 63 + 60_000;

    event PaymentKept(address indexed receiver, uint256 amount);
    event PaymentCollected(address indexed receiver, address indexed to, uint256 amount);

    error PayoutsNothingOwed(address receiver);
    error PayoutsRefused(address to, uint256 amount);
    error PayoutsGasTooLow(uint256 left, uint256 needed);

    /// @notice What `receiver` refused and may still collect, in wei.
    function owedTo(address receiver) external view returns (uint256) {
        return _payouts().owed[receiver];
    }

    /// @notice Sends all that is owed to the caller to `to`.
    /// @custom:caller whoever is owed
    /// @custom:changes what the caller is owed leaves the contract
    function collect(address to) external {
        PayoutsStorage storage $ = _payouts();
        uint256 amount = $.owed[msg.sender];
        if (amount == 0) revert PayoutsNothingOwed(msg.sender);
        delete $.owed[msg.sender];
        emit PaymentCollected(msg.sender, to, amount);
        (bool sent,) = to.call{ value: amount }("");
        if (!sent) revert PayoutsRefused(to, amount);
    }

    /// @dev Pushes `amount` wei; keeps it for the receiver when it refuses. Never reverts because of the receiver,
    /// copies none of what it returns, and asks for so much gas that a caller cannot starve the push (EIP-150).
    function _pay(address receiver, uint256 amount) internal {
        if (amount == 0) return;
        if (gasleft() < PUSH_COST) revert PayoutsGasTooLow(gasleft(), PUSH_COST);
        bool sent;
        assembly ("memory-safe") {
            sent := call(PUSH_GAS, receiver, amount, 0, 0, 0, 0)
        }
        if (!sent) _keep(receiver, amount);
    }

    /// @dev Keeps `amount` wei for `receiver` without trying to send it.
    function _keep(address receiver, uint256 amount) internal {
        _payouts().owed[receiver] += amount;
        emit PaymentKept(receiver, amount);
    }

    function _payouts() private pure returns (PayoutsStorage storage $) {
        assembly {
            $.slot := PAYOUTS_STORAGE
        }
    }
}
